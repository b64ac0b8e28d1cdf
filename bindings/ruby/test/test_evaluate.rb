# frozen_string_literal: true

# Requests in every form, and values of every type.

require "support"
require "timeout"

class TestEvaluate < Minitest::Test
  include Support

  POLICY = Libreturns::Policy.compile(Support::KINDS)
  RequestError = Libreturns::RequestError

  # The Hash means what the JSON text says.
  def same(values, as_json)
    expected = POLICY.evaluate(JSON.generate(as_json))
    assert_equal expected, POLICY.evaluate(values)
    assert_equal expected, POLICY.evaluate(**values)
    assert_equal expected, POLICY.evaluate_many([values]).first
  end

  def faulty(values, code, pointer = nil, fact = nil)
    error = refused(RequestError) { POLICY.evaluate(values) }
    [error, POLICY.evaluate_many([values]).first].each do |found|
      expected = [code, pointer, fact]
      assert_equal expected, [found.code, found.pointer, found.fact], found.message
    end
    error
  end

  def unfit(values, pattern)
    refused(TypeError, pattern) { POLICY.evaluate(values) }
    refused(TypeError, pattern) { POLICY.evaluate_many([values]).to_a }
    refused(TypeError, Regexp.new(pattern.source.sub('\Alines\[0\]\.', '\A'))) { POLICY.request.add_line(values[:lines].first) }
  end

  # ---- values ----

  def test_money_decimals_and_percentages
    [BigDecimal("80.00"), BigDecimal("80"), BigDecimal("8E+1"), "80.00"].each do |value|
      same(request(line(price: value)), request({ price: "80.00" }))
    end
    [BigDecimal("0"), BigDecimal("-0"), BigDecimal("0E-9")].each do |value|
      same(request(line(price: value)), request({ price: "0.00" }))
    end
    same(request(line(price: BigDecimal("0.10"))), request({ price: "0.10" }))
    same(request(line(weight: BigDecimal("0.500"), lost: BigDecimal("12.5"))),
         request({ price: "10.00", weight: "0.5", lost: "12.5%" }))
    same(request({ "price" => BigDecimal("10"), "lost" => BigDecimal("100") }), request({ price: "10.00", lost: "100%" }))
    same(request(line(lost: "12.5%")), request({ price: "10.00", lost: "12.5%" }))
  end

  def test_dates_instants_and_durations
    east = Time.new(2026, 4, 1, 10, 30, 0, "+02:00")
    [east, DateTime.new(2026, 4, 1, 10, 30, 0, "+02:00")].each do |instant|
      same(request(line(bought: Date.new(2026, 4, 1), sent_at: instant)),
           request({ price: "10.00", bought: "2026-04-01", sent_at: "2026-04-01T10:30:00+02:00" }))
    end
    same(request(line(sent_at: east.getutc)), request({ price: "10.00", sent_at: "2026-04-01T08:30:00+00:00" }))
    same(request(line(sent_at: Time.at(0, in: "-05:30"))), request({ price: "10.00", sent_at: "1969-12-31T18:30:00-05:30" }))
    same(request(line(bought: Date.new(1, 1, 1))), request({ price: "10.00", bought: "0001-01-01" }))
    same(request(line(warranty: "6 months", window: "1 day")), request({ price: "10.00", warranty: "6 months", window: "1 day" }))
  end

  def test_flags_counts_choices_texts
    same(request(line(pieces: 3), gift: true, channel: :phone),
         { gift: true, channel: "phone", lines: [{ price: "10.00", pieces: 3 }] })
    same(request(line(brand: %(Lindberg Å 👓 "x" \\\t))), request({ price: "10.00", brand: %(Lindberg Å 👓 "x" \\\t) }))
    same(request(line(brand: "A\u030a")), request({ price: "10.00", brand: "Å" }))
    ["Å".encode("ISO-8859-1"), "Å".encode("UTF-16LE"), "Å".b, "Å".to_sym].each do |text|
      same(request(line(brand: text)), request({ price: "10.00", brand: "Å" }))
    end
  end

  def test_sets
    [%w[worn washed], %i[washed worn], Set["worn", :washed], %w[worn washed].freeze].each do |members|
      same(request(line(tags: members)), request({ price: "10.00", tags: %w[worn washed] }))
    end
    [[], Set[]].each { |none| same(request(line(tags: none)), request({ price: "10.00", tags: [] })) }
  end

  def test_a_hash_per_key
    same(request(line, ordered: { "Ray-Ban" => 12, Persol: 3 }),
         { ordered: { "Ray-Ban" => 12, "Persol" => 3 }, lines: [{ price: "10.00" }] })
    same({ "lines" => [{ "price" => "10.00" }], "ordered" => {} }, { ordered: {}, lines: [{ price: "10.00" }] })
  end

  def test_what_becomes_a_hash_or_an_array
    hash = Struct.new(:to_hash)
    array = Struct.new(:to_ary)
    same(request(line), request({ price: "10.00" }))
    assert_equal POLICY.evaluate(request(line)), POLICY.evaluate(hash.new({ lines: array.new([hash.new(line)]) }))
  end

  def test_a_float_is_refused_with_the_reason
    unfit(request(line(price: 80.0)), /\Alines\[0\]\.price: a Float is a binary fraction.*BigDecimal/)
    unfit(request(line(pieces: Float::NAN)), /\Alines\[0\]\.pieces: a Float/)
    refused(TypeError, /\Aordered: a Float/) { POLICY.evaluate(request(line, ordered: { "Ray-Ban" => 1.0 })) }
    refused(RequestError, %r{R0925 at /lines/0/price.*fraction}) { POLICY.evaluate('{"lines":[{"price":80.0}]}') }
  end

  def test_times_must_be_exact
    unfit(request(line(sent_at: Time.at(0, 1, :nsec, in: "UTC"))), /\Alines\[0\]\.sent_at: .*exact to the second/)
    unfit(request(line(sent_at: DateTime.new(2026, 4, 1, 10, 30, Rational(1, 2)))), /exact to the second/)
    unfit(request(line(sent_at: Time.at(0, in: "+00:00:30"))), /whole minutes/)
    faulty(request(line(bought: Time.at(0, in: "UTC"))), "R0905", "/lines/0/bought", :bought)
    faulty(request(line(sent_at: Date.new(2026, 4, 1))), "R0905", "/lines/0/sent_at", :sent_at)
  end

  def test_values_of_no_type
    [Object.new, 1i, 1r, -> {}, [1], Set[1], [nil], [["worn"]], { a: 1 }, 1..3, Class, Struct.new(:a).new(1)].each do |wrong|
      unfit(request(line(tags: wrong)), /\Alines\[0\]\.tags: /)
    end
    [5, nil, "lines", { price: 1 }, [5], [nil], [["price"]], Object.new].each do |wrong|
      refused(TypeError, /\Alines/) { POLICY.evaluate(lines: wrong) }
    end
    [{ 1 => 2 }, { nil => 1 }, { ["a"] => 1 }].each do |wrong|
      refused(TypeError, /is no name/) { POLICY.evaluate({ **wrong, lines: [] }) }
      refused(TypeError, /is no name/) { POLICY.evaluate(lines: [wrong]) }
      refused(TypeError, /\Aordered: .*is no name/) { POLICY.evaluate(ordered: wrong, lines: []) }
    end
  end

  def test_nil_is_no_value
    assert_includes faulty(request(line(brand: nil)), "R0925", "/lines/0/brand", :brand).text, "leave out"
  end

  def test_a_name_that_is_given_twice
    faulty(request({ price: "1.00", "price" => "2.00" }), "R0921", "/lines/0/price")
  end

  def test_huge_numbers
    [2**63, -(2**63) - 1, 10**30, -(10**30), 10**6000].each do |huge|
      faulty(request(line(pieces: huge)), "R0922", "/lines/0/pieces")
    end
    ["1e30", "1e999999", "1e-999999", "NaN", "-Infinity", "0.#{"1" * 5000}"].each do |huge|
      assert_equal :price, refused(RequestError) { POLICY.evaluate(request(line(price: BigDecimal(huge)))) }.fact
    end
    [10**20, 10_000, 0, -1].each do |year|
      faulty(request(line(bought: Date.new(year, 1, 1))), "R0905", "/lines/0/bought", :bought)
    end
  end

  def test_texts_that_are_none
    ["\xff", "a\xed\xa0\x80", "a\0b", "\xff".b].each do |wrong|
      assert_equal "/lines/0/brand", refused(RequestError) { POLICY.evaluate(request(line(brand: wrong))) }.pointer
    end
    refused(RequestError) { POLICY.evaluate(request({ "\xff" => 1 })) }
    refused(RequestError) { POLICY.evaluate("\xff" => 1, lines: []) }
    [POLICY.evaluate_many([request(line(brand: "\xff")), request(line)])].each do |outcomes|
      assert_equal [RequestError, Libreturns::Decision], outcomes.map(&:class)
    end
    refused(ArgumentError, /UTF-16/) { POLICY.evaluate(request(line(brand: "\xd8\x00".dup.force_encoding("UTF-16BE")))) }
  end

  # ---- requests ----

  def test_the_forms_agree
    policy = Libreturns::Policy.compile(path: EYEWEAR)
    expected = policy.evaluate(FIVE_FRAMES)
    kept = policy.request.set(FRAMES.reject { |name, _| name == :lines })
    kept.add_line(FRAME)
    [FIVE_FRAMES.b, FRAMES, kept, policy.encode(FRAMES)].each { |form| assert_equal expected, policy.evaluate(form) }
    assert_equal expected, policy.evaluate(**FRAMES)
    assert_equal Libreturns::Verdict::EXCHANGE_ONLY, expected.lines.first.portions.first.verdict
  end

  def test_a_refused_request
    error = faulty(request(line(colour: "red")), "R0902", "/lines/0/colour")
    assert_equal 0, error.line
    assert_equal "R0902 at /lines/0/colour: #{error.text}", error.message
    faulty(request(line, line(price: BigDecimal("5000.01"))), "R0904", "/lines/1/price", :price)
    faulty({}, "R0931")
    case error
    in { code: "R0902", pointer: String, line: 0, fact: nil } then pass
    end
  end

  def test_a_broken_requirement_names_the_line
    error = refused(RequestError, / in line 1: /) { POLICY.evaluate(request(line, line(weight: BigDecimal(100)))) }
    assert_equal [1, nil], [error.line, error.pointer]
  end

  def test_a_refused_request_leaves_nothing_behind
    expected = POLICY.evaluate(request(line))
    ["", "{", '{"lines":[{"price":"1.00","brand":"x"},{"price":5}]}', request(line(colour: "red"))].each do |bad|
      refused(RequestError) { POLICY.evaluate(bad) }
      assert_equal expected, POLICY.evaluate(request(line))
    end
  end

  def test_texts_that_are_no_json
    ["", " ", "\n", "null", "[]", "5", "{", '{"lines":[]', "\ufeff{}", '{"lines":[]} x', "\xff",
     "{\"lines\":[{\"brand\":\"\xc3\"}]}", "\0", "[" * 100_000].each do |text|
      assert_match(/\AR09\d\d\z/, refused(RequestError) { POLICY.evaluate(text) }.code)
    end
  end

  def test_a_long_text
    lines = Array.new(2000) { |n| line(id: n.to_s, price: "1.00") }
    assert_equal 2000, POLICY.evaluate(JSON.generate(request(*lines))).totals.net
    refused(RequestError) { POLICY.evaluate("[" * 100_000) }
    refused(RequestError, /R09/) { POLICY.evaluate(" " * (17 << 20)) }
  end

  def test_a_request_is_of_one_of_three_kinds
    [nil, 5, [], [[:lines, []]], Set[1], :lines, Object.new].each do |wrong|
      refused(TypeError, /a request is/) { POLICY.evaluate(wrong) }
    end
    refused(ArgumentError) { POLICY.evaluate }
    refused(ArgumentError) { POLICY.evaluate(trace: :full) }
    refused(ArgumentError) { POLICY.evaluate({ lines: [] }, gift: true) }
  end

  def test_trace_levels
    assert_nil POLICY.evaluate(request(line)).trace
    assert_nil POLICY.evaluate(request(line), trace: :none).trace
    assert_equal :path, POLICY.evaluate(request(line), trace: :path).trace.level
    assert_equal :full, POLICY.evaluate(**request(line), trace: :full).trace.level
    ["full", 1, [], true].each { |wrong| refused(ArgumentError, /trace is/) { POLICY.evaluate(request(line), trace: wrong) } }
  end

  def test_private_values_are_in_no_text
    decision = POLICY.evaluate(request(line(note: "SECRET", tags: [:torn])), trace: :full)
    refute_includes "#{decision.record}#{decision}#{decision.inspect}#{decision.trace}#{decision.trace.inspect}", "SECRET"
  end

  # ---- many ----

  def many
    Array.new(25) { |number| number % 5 == 3 ? "{" : request(line(id: number.to_s, pieces: number)) }
  end

  def test_answers_come_in_order_and_faults_do_not_stop_them
    [1, 2, 7, 25, 1000].each do |chunk|
      answers = POLICY.evaluate_many(many.each, chunk: chunk).to_a
      assert_equal 25, answers.size
      answers.each_with_index do |answer, number|
        next assert_equal("R0920", answer.code) if number % 5 == 3

        assert_equal [number.to_s, 10 * number], [answer.lines.first.id, answer.totals.net]
      end
    end
  end

  def test_a_block_gets_each
    outcomes = []
    assert_same POLICY, (POLICY.evaluate_many(many) { |outcome| outcomes << outcome })
    assert_equal POLICY.evaluate_many(many).map(&:inspect), outcomes.map(&:inspect)
  end

  def test_each_text_gets_one_answer_whatever_it_holds
    pretty = "{\n  \"lines\": [\n    {\"price\": \"1.00\"}\n  ]\n}\n"
    texts = [pretty, "", "\n", "\n\n{}", pretty.b, "{\"lines\":[{\"brand\":\"a\nb\"}]}", "\r", "\xff\n", pretty]
    answers = POLICY.evaluate_many(texts).to_a
    assert_equal texts.size, answers.size
    assert_equal([0, 4, 8], answers.each_index.reject { |index| answers[index].is_a?(RequestError) })
    texts.zip(answers).select { |_, answer| answer.is_a?(RequestError) }.each do |text, answer|
      error = refused(RequestError) { POLICY.evaluate(text) }
      assert_equal [answer.code, answer.pointer], [error.code, error.pointer]
    end
  end

  def test_it_is_lazy
    taken = 0
    answers = POLICY.evaluate_many((1..100).lazy.map { (taken += 1) && request(line) }, chunk: 10)
    assert_equal 0, taken
    answers.next
    assert_equal 10, taken
    assert_empty POLICY.evaluate_many([]).to_a
  end

  def test_the_traces_of_many
    assert_equal([:path], POLICY.evaluate_many([request(line)], trace: :path).map { |answer| answer.trace.level })
  end

  def test_misuse_of_many
    [0, -1, nil, "5", 1.5].each { |chunk| refused(ArgumentError) { POLICY.evaluate_many([], chunk: chunk) } }
    [nil, 5, "text", Object.new].each { |wrong| refused(TypeError) { POLICY.evaluate_many(wrong) } }
    refused(TypeError) { POLICY.evaluate_many([POLICY.request]).to_a }
    refused(ArgumentError) { POLICY.evaluate_many([], trace: "full") }
  end

  def test_an_evaluation_within_another
    pairs = POLICY.evaluate_many([request(line)] * 2).map { |outcome| [outcome, POLICY.evaluate(request(line(pieces: 2)))] }
    assert_equal [[10, 20]] * 2, (pairs.map { |pair| pair.map { |decision| decision.totals.net.to_i } })
  end

  # ---- kept requests ----

  def test_facts_are_changed_one_by_one
    kept = POLICY.request
    kept.set(gift: true, ordered: { "Persol" => 3 })
    first = kept.add_line(line(id: "a"))
    second = kept.add_line(id: "b", "price" => BigDecimal(5), pieces: 2)
    assert_equal [0, 1], [first.index, second.index]
    expected = { gift: true, ordered: { Persol: 3 }, lines: [{ id: "a", price: "10.00" }, { id: "b", price: "5.00", pieces: 2 }] }
    assert_equal POLICY.evaluate(JSON.generate(expected)), POLICY.evaluate(kept)
    assert_equal POLICY.evaluate(kept).request_digest, kept.digest
    second.set({ tags: Set[:torn] }, pieces: 3)
    kept.set(gift: false).unset("gift")
    first.set(pieces: 7).unset(:pieces)
    expected[:lines].last.update(tags: ["torn"], pieces: 3)
    expected.delete(:gift)
    assert_equal POLICY.evaluate(JSON.generate(expected)), POLICY.evaluate(kept)
  end

  def test_clearing
    kept = POLICY.request
    gone = kept.add_line(line)
    kept.clear
    assert_equal 0, POLICY.evaluate(kept).count
    kept.add_line(line)
    refused(Libreturns::Error, /cleared/) { gone.set(pieces: 2) }
    refused(Libreturns::Error, /cleared/) { gone.unset(:pieces) }
  end

  def test_faults_name_the_fact
    kept = POLICY.request
    kept.add_line(line)
    second = kept.add_line(line)
    error = refused(RequestError) { second.set(price: BigDecimal("5000.01")) }
    assert_equal ["R0904", "/lines/1/price", 1, :price], [error.code, error.pointer, error.line, error.fact]
    refused(RequestError, /did you mean `channel`/) { kept.set(chanel: "portal") }
    [-> { kept.unset(:colour) }, -> { second.unset("colour") }].each { |use| refused(RequestError, /R0902/, &use) }
    [-> { kept.set(gift: 1.5) }, -> { kept.set({ 5 => 1 }) }, -> { kept.add_line(price: 0.1) }, -> { kept.set("text") },
     -> { kept.set(5) },
     -> { kept.set([1]) }, -> { kept.set(nil) }, -> { kept.unset(nil) }, -> { kept.unset(5) }].each do |use|
       refused(TypeError, &use)
     end
    refused(NoMethodError) { Libreturns::Request.new }
    refused(NoMethodError) { Libreturns::RequestLine.new }
  end

  def test_a_request_of_another_policy
    kept = Libreturns::Policy.compile(KINDS).request
    refused(Libreturns::Error, /another policy/) { POLICY.evaluate(kept) }
    refused(Libreturns::Error, /closed/) { POLICY.evaluate(Libreturns::Request.allocate) }
  end

  def test_a_closed_request_says_so
    kept = POLICY.request
    one = kept.add_line(line)
    refute_predicate kept, :closed?
    kept.close
    assert_predicate kept, :closed?
    [-> { kept.set(gift: true) }, -> { kept.clear }, -> { kept.digest }, -> { one.set(pieces: 1) }, -> { one.unset(:pieces) },
     -> { POLICY.evaluate(kept) }, -> { kept.add_line(line) }].each { |use| refused(Libreturns::Error, /closed/, &use) }
    kept.close
  end

  def test_a_kept_request_is_not_marshalled
    refused(TypeError) { Marshal.dump(POLICY.request) }
  end
end
