# frozen_string_literal: true

# Answers as objects: frozen, comparable, matched by patterns, printable, and good for keeping.

require "support"

class TestDecision < Minitest::Test
  include Support

  POLICY = Libreturns::Policy.compile(path: Support::EYEWEAR)
  Verdict = Libreturns::Verdict

  def eyewear(**facts) = { **FRAMES, lines: [{ **FRAME, **facts }] }

  # Without the day of delivery the line is open.
  def open_line
    values = eyewear(reason: :wrong_size)
    values[:lines].first.delete(:delivered_on)
    POLICY.evaluate(values)
  end

  # ---- answers ----

  def test_a_decision
    decision = POLICY.evaluate(FRAMES)
    assert_equal :decided, decision.status
    assert_predicate decision, :decided?
    refute_predicate decision, :undecided?
    assert_equal Libreturns::PolicyIdentity.new(name: "eyewear-rotation", revision: "2026-07", digest: POLICY.digest),
                 decision.policy
    assert_equal "AUD", decision.currency
    assert_equal BigDecimal("320.00"), decision.totals.net
    assert_equal [Libreturns::Allowance.new(allowance: "rotation", of: "Ray-Ban", limit: 4, drawn: 4, left: 0)],
                 decision.allowances
    assert_empty decision.needs
    assert_equal Libreturns::VERSION, decision.engine
  end

  def test_a_line_and_its_portions
    answer = POLICY.evaluate(FRAMES).first
    assert_equal ["A-1", BigDecimal("320.00"), %i[condition findings]], [answer.id, answer.net, answer.assumed]
    assert_predicate answer, :decided?
    assert_predicate answer, :provisional?
    granted, denied = *answer
    assert_equal [Verdict::EXCHANGE_ONLY, 4, "rotation", "eyewear-rotation.yaml"],
                 [granted.verdict, granted.units, granted.rule.name, granted.rule.file]
    assert_includes File.readlines(EYEWEAR)[granted.rule.line - 1], "rule: rotation"
    assert_equal %w[ratio_exceeded outside_policy], denied.reasons
    assert_equal "restock", granted.outputs[:disposition]
    assert_equal({ disposition: "return_to_customer", return_number: "not_needed" }, denied.outputs)
  end

  def test_fees_and_approvals
    values = eyewear(condition: :marked, quantity: 1, unit_price: BigDecimal("1200.00"))
    answer = POLICY.evaluate({ **values, done: [:inspect] }).first
    portion = answer.first
    assert_equal [Libreturns::Adjustment.new(name: "service_charge", amount: BigDecimal(10), collected: BigDecimal(10))],
                 portion.fees
    assert_equal [Libreturns::Approval.new(role: "area_manager", answer: :awaited)], portion.approvals
    assert_equal ["area_manager"], portion.awaits
    assert_equal 1190, answer.net
  end

  def test_an_undecided_line
    decision = open_line
    answer = decision.first
    assert_predicate decision, :undecided?
    assert_predicate answer, :undecided?
    assert_equal [[:delivered_on], [Verdict::AUTHORIZE, Verdict::DENY], nil, nil, []],
                 [answer.needs, answer.possible, answer.verdict, answer.net, answer.portions]
    assert_equal [[:delivered_on], nil], [decision.needs, decision.verdict]
    assert_includes decision.to_s, "needs delivered_on; possible: authorize, deny"
  end

  def test_no_valid_policy
    valid = "valid: {by: asked_on, from: 2026-01-01}\nfacts:\n  - {fact: asked_on, type: date, of: request}\n"
    decision = Libreturns::Policy.compile(KINDS.sub("facts:\n", valid)).evaluate(request(line, asked_on: Date.new(2025, 12, 31)))
    assert_predicate decision, :no_valid_policy?
    assert_equal [nil, []], [decision.verdict, decision.lines]
  end

  def test_money_allowances_and_outputs_that_are_open
    text = File.read(EYEWEAR).sub("units: round_down(new_order_units / 3)", "money: 100.00 * new_order_units")
    policy = Libreturns::Policy.compile(text)
    allowance = policy.evaluate(FRAMES).allowances.first
    assert_equal [BigDecimal(1200), BigDecimal(400), BigDecimal(800)], [allowance.limit, allowance.drawn, allowance.left]
    values = eyewear(reason: :wrong_size, delivered_on: Date.new(2026, 9, 20)).reject { |name, _| name == :channel }
    portion = POLICY.evaluate(values).first.first
    assert_equal [nil, { return_number: [:channel] }], [portion.outputs[:return_number], portion.open_outputs]
  end

  def test_what_a_floor_raises
    cases = File.join(ROOT, "tests", "cases")
    policy = Libreturns::Policy.compile(path: File.join(cases, "policies", "floors.yaml"))
    decision = policy.evaluate(JSON.parse(File.read(File.join(cases, "floors", "raised.json")))["request"], trace: :path)
    deal = decision.find { |line| line.id == "deal" }
    assert_equal ["floor-deal/swap", "floor-deal.yaml"], [deal.first.rule.name, deal.first.rule.file]
    assert_equal ["floor-deal", 90, 100, "swap"],
                 [deal.raised.floor, deal.raised.from.net, deal.raised.to.net, deal.raised.from.portions.first.rule.name]
    assert_equal [Libreturns::Adjustment.new(name: "restocking", amount: BigDecimal(10), collected: BigDecimal(0))],
                 deal.raised.dropped_fees
    assert_includes decision.trace.to_s, "floor-deal raises net 90.00 to 100.00"
    assert_nil POLICY.evaluate(FRAMES).first.raised
  end

  def test_the_json_is_what_the_library_wrote
    decision = POLICY.evaluate(FRAMES, trace: :full)
    record = JSON.parse(decision.record)
    assert_equal %w[engine request_digest answer], record.keys
    assert_equal record.values_at("engine", "request_digest"), [decision.engine, decision.request_digest]
    assert_equal record["answer"], JSON.parse(decision.json)
    assert_equal record["answer"], decision.to_h
    assert_includes decision.record, decision.json
    assert_equal %({"answer":#{decision.json}}), JSON.generate({ answer: decision })
  end

  def test_a_trace
    assert_nil POLICY.evaluate(FRAMES).trace
    trace = POLICY.evaluate(FRAMES, trace: :full).trace
    rotation = trace.lines.first.rules.find { |rule| rule.rule == "rotation" }
    assert_equal %w[4 4 0], [rotation.draw.before, rotation.draw.taken, rotation.draw.after]
    assert_equal ["reason is slow_moving", :true], [rotation.tests.first.source, rotation.tests.first.truth]
    value = rotation.tests.first.values.first
    assert_equal %w[reason slow_moving given], [value.name, value.value, value.origin]
    ["line 0\n", "rotation (eyewear-rotation.yaml:", "    draws 4 on rotation of Ray-Ban: 4 -> 0", "with reason = slow_moving",
     "-> 320.00"].each do |part|
      assert_includes trace.to_s, part
    end
  end

  # ---- verdicts ----

  def test_verdicts_compare_by_favour
    assert_equal [Verdict::DENY, Verdict::EXCHANGE_ONLY, Verdict::PARTIAL_CREDIT, Verdict::AUTHORIZE], Verdict::ALL.shuffle.sort
    assert_operator Verdict::DENY, :<, :authorize
    assert_operator Verdict::AUTHORIZE, :>=, Verdict::PARTIAL_CREDIT
    assert_equal Verdict::DENY, POLICY.evaluate(FRAMES).first.map(&:verdict).min
    assert Verdict::EXCHANGE_ONLY.between?(:deny, :partial_credit)
    assert_nil Verdict::DENY <=> 5
    refused(ArgumentError) { Verdict::DENY < "deny" }
    refused(ArgumentError) { Verdict::DENY < :denied }
  end

  def test_verdicts_equal_their_symbols
    verdict = POLICY.evaluate(FRAMES).first.to_a.last.verdict
    assert_same Verdict::DENY, verdict
    assert verdict == :deny
    refute verdict == :authorize
    refute verdict == "deny"
    refute_nil verdict
    assert_equal ["deny", ":deny", :deny, '"deny"'], [verdict.to_s, verdict.inspect, verdict.to_sym, JSON.generate(verdict)]
    assert_equal ["denied"], [verdict].grep(Verdict::DENY) { "denied" }
    assert_empty [verdict].grep(Verdict::AUTHORIZE)
    [:deny, "deny", Verdict::DENY].each { |name| assert_same Verdict::DENY, Verdict[name] }
    [nil, 5, "denied", :Deny].each { |wrong| refused(ArgumentError, /is no verdict/) { Verdict[wrong] } }
    assert_same Verdict::DENY, Marshal.load(Marshal.dump(Verdict::DENY))
    refused(NoMethodError) { Verdict.new(:deny, 0) }
  end

  def test_what_has_a_verdict_can_be_asked
    decision = POLICY.evaluate(eyewear(quantity: 4))
    [decision, decision.first, decision.first.first, decision.verdict].each do |thing|
      assert_equal [false, false, true, false], [thing.authorize?, thing.partial_credit?, thing.exchange_only?, thing.deny?]
    end
    mixed = POLICY.evaluate(FRAMES)
    assert_nil mixed.verdict
    [mixed, mixed.first, open_line].each do |thing|
      assert_equal [false] * 4, [thing.authorize?, thing.partial_credit?, thing.exchange_only?, thing.deny?]
    end
    assert_predicate POLICY.evaluate(eyewear(reason: :wrong_size)), :deny?
  end

  # ---- manners ----

  def test_lines_and_portions_are_enumerable
    decision = POLICY.evaluate({ **FRAMES, lines: [{ **FRAME, id: "a" }, { **FRAME, id: "b", reason: :defective }] })
    assert_equal %w[a b], decision.map(&:id)
    assert_equal decision.lines, decision.to_a
    assert_equal decision.lines, decision.each.to_a
    assert_equal 2, decision.each.size
    assert_equal 10, decision.sum { |answer| answer.sum(&:units) }
    assert_equal 2, decision.first.count
    assert_same decision, decision.each(&:id)
  end

  def test_patterns
    case POLICY.evaluate(FRAMES)
    in { status: :decided, totals: { net: 320 }, lines: [{ id: "A-1", verdict: nil, portions: [granted, denied] }] }
      granted => { verdict: :exchange_only, units: 4 }
      denied => { verdict: :deny, rule: { name: "ratio" } }
    end
    open_line => { status: :undecided, needs: [:delivered_on], lines: [{ possible: [*, :deny], needs: [need] }] }
    assert_equal :delivered_on, need
    portion = POLICY.evaluate({ **eyewear(unit_price: BigDecimal(1200)), done: [] }).first.first
    matched = case portion
              in { no_such_member: _ } then :none
              in { awaits: ["area_manager"], outputs: { disposition: "restock" }, verdict: :exchange_only } then :symbol
              end
    assert_equal :symbol, matched
    portion => { verdict: Verdict::EXCHANGE_ONLY }
    assert_equal :exchange_only, portion.deconstruct_keys(nil)[:verdict]
  end

  def test_nothing_changes
    decision = POLICY.evaluate(FRAMES, trace: :path)
    portion = decision.first.first
    [decision, decision.record, decision.lines, decision.to_h, decision.totals, decision.trace, decision.trace.lines,
     decision.first, decision.first.portions, decision.first.assumed, portion, portion.verdict, portion.rule,
     portion.rule.name, portion.reasons, portion.outputs, portion.outputs[:disposition]].each do |thing|
       assert_operator thing, :frozen?
     end
    refused(NoMethodError) { portion.units = 5 }
    refused(FrozenError) { portion.outputs[:disposition] = "scrap" }
    changed = portion.with(units: 5)
    assert_equal [5, 4, portion.rule], [changed.units, portion.units, changed.rule]
    refused(ArgumentError) { portion.with(unit: 5) }
    refused(NoMethodError) { Libreturns::Value.new }
    refused(NoMethodError) { Libreturns::Decision.new("{}") }
  end

  def test_equality_and_hashes
    one, same, other = [FRAMES, FRAMES, eyewear(quantity: 2)].map { |values| POLICY.evaluate(values) }
    assert_equal one, same
    refute_equal one, other
    refute_equal one, one.json
    assert_equal 2, { one => 1, same => 2, other => 3 }.size
    assert_equal 2, [one.lines, same.lines, other.lines].uniq.size
    refute_equal one.totals, Libreturns::PolicyIdentity.new(name: 1, revision: 2, digest: 3)
  end

  def test_copies_and_marshalling
    decision = POLICY.evaluate(FRAMES, trace: :full)
    [decision, decision.lines, decision.first.first, decision.trace].each do |thing|
      again = Marshal.load(Marshal.dump(thing))
      assert_equal thing, again
      assert_equal thing.inspect, again.inspect
    end
    assert_operator Marshal.load(Marshal.dump(decision.first)), :frozen?
    assert_equal decision, Libreturns::Decision.parse(decision.record)
    assert_equal decision, Libreturns::Decision.parse("#{decision.record}\n".b)
    assert_equal decision, decision.dup
  end

  def test_records_that_are_none
    ["", "{}", "\xff", '{"engine":"1","error":{}}', ',"answer":', ',"answer":x}',
     '{"engine":"1","request_digest":"","answer":[]}'].each do |wrong|
      refused(ArgumentError, /no record/) { Libreturns::Decision.parse(wrong) }
    end
    [nil, 5, {}].each { |wrong| refused(TypeError) { Libreturns::Decision.parse(wrong) } }
  end

  def test_text
    decision = POLICY.evaluate(FRAMES)
    assert_equal "#<Libreturns::Decision decided by eyewear-rotation: 1 line, net 320.00>", decision.inspect
    first, second, third, fourth = decision.to_s.lines(chomp: true)
    assert_equal "eyewear-rotation 2026-07: decided, net 320.00 AUD", first
    assert_equal "line A-1: net 320.00 (assuming condition, findings)", second
    assert_match(/\A  4 x exchange_only: rotated, by rotation \(eyewear-rotation.yaml:\d+\), credit 320.00\z/, third)
    assert_includes fourth, "1 x deny: ratio_exceeded"
    assert_includes decision.first.inspect, "net=320.0, assumed=[:condition, :findings]"
    assert_includes POLICY.evaluate({ **eyewear(condition: :marked, unit_price: BigDecimal(1200)) }).to_s,
                    "service_charge -40.00, awaits area_manager"
  end

  def test_texts_beyond_ascii
    decision = POLICY.evaluate(eyewear(id: "Å-1 👓"))
    assert_equal ["Å-1 👓", Encoding::UTF_8], [decision.first.id, decision.first.id.encoding]
    assert_includes decision.to_s, "line Å-1 👓: "
    assert_equal decision, Libreturns::Decision.parse(decision.record)
  end
end
