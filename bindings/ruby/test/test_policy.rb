# frozen_string_literal: true

# Compiling, loading, and what a policy says of itself.

require "pathname"
require "support"
require "tmpdir"

class TestPolicy < Minitest::Test
  include Support

  Policy = Libreturns::Policy
  PolicyError = Libreturns::PolicyError

  BROKEN = KINDS.sub("tags has torn", "tags has tornn")
                .sub("type: choice, of: request, values: [portal, phone]", "type: choise").freeze
  SHARED = "returns: 1\nvocabulary: shared\nfacts:\n  - {fact: size, type: count}\n"
  USER = <<~YAML
    returns: 1
    policy: user
    use: [shared.yaml]
    rules:
      - rule: big
        when:
          - size > 3
        then: deny
        because: big
    otherwise: {then: authorize, because: fine}
  YAML

  def test_text
    policy = Policy.compile(KINDS)
    assert_equal ["kinds", "3", "One fact of every type", "EUR", 2],
                 [policy.name, policy.revision, policy.title, policy.currency, policy.minor_digits]
    assert_equal ["torn"], policy.rules
    assert_equal 64, policy.digest.size
    assert_empty policy.warnings
    assert_equal "#<Libreturns::Policy kinds 3: 1 rules, 15 facts>", policy.inspect
  end

  def test_texts_in_other_encodings
    assert_equal Policy.compile(KINDS).digest, Policy.compile(KINDS.b).digest
    assert_equal Policy.compile(KINDS).digest, Policy.compile(KINDS.encode("UTF-16LE")).digest
  end

  def test_the_name_of_a_text_is_in_its_digest_and_messages
    refute_equal Policy.compile(KINDS).digest, Policy.compile(KINDS, name: "mine.yaml").digest
    error = refused(PolicyError) { Policy.compile(BROKEN, name: "mine.yaml") }
    assert_equal "mine.yaml", error.diagnostics.first.file
  end

  def test_path
    [EYEWEAR, Pathname(EYEWEAR)].each { |path| assert_equal "eyewear-rotation", Policy.compile(path: path).name }
    assert_equal Policy.compile(path: EYEWEAR).digest, Policy.compile(File.read(EYEWEAR), name: File.basename(EYEWEAR)).digest
  end

  def test_the_name_of_a_file_as_text_is_told
    refused(ArgumentError, /path: "#{EYEWEAR}"/) { Policy.compile(EYEWEAR) }
  end

  def test_no_such_file
    refused(Errno::ENOENT) { Policy.compile(path: "no-such-policy.yaml") }
  end

  def in_folder(files)
    Dir.mktmpdir do |folder|
      files.each { |name, text| File.write(File.join(folder, name), text) }
      yield folder
    end
  end

  def test_files_beside_a_path_are_read
    in_folder("user.yaml" => USER, "shared.yaml" => SHARED) do |folder|
      policy = Policy.compile(path: File.join(folder, "user.yaml"))
      assert_equal [:size], policy.facts.keys
      Dir.chdir(folder) { assert_equal policy.digest, Policy.compile(path: "user.yaml").digest }
    end
  end

  def test_sources_by_name
    policy = Policy.compile(USER, sources: { "shared.yaml" => SHARED })
    assert_equal policy.digest, Policy.compile(USER, sources: { "shared.yaml": SHARED.b }).digest
    assert_predicate policy.evaluate(lines: [{ size: 4 }]), :deny?
    in_folder("user.yaml" => USER) do |folder|
      assert_equal policy.facts, Policy.compile(path: File.join(folder, "user.yaml"), sources: { "shared.yaml" => SHARED }).facts
    end
  end

  def test_a_source_that_is_lacking_is_a_finding_at_its_place
    in_folder("user.yaml" => USER) do |folder|
      found = refused(PolicyError) { Policy.compile(path: File.join(folder, "user.yaml")) }.diagnostics.first
      assert_equal [File.join(folder, "user.yaml"), 3], [found.file, found.line]
      found = Dir.chdir(folder) { refused(PolicyError) { Policy.compile(path: "user.yaml") } }.diagnostics.first
      assert_equal "user.yaml", found.file
    end
  end

  def test_all_findings_come_with_their_places
    error = refused(PolicyError, /\^/) { Policy.compile(BROKEN) }
    first = error.diagnostics.first
    assert_equal ["policy.yaml", 8, :error], [first.file, first.line, first.severity]
    assert_kind_of String, first.hint
    assert_match(/\Apolicy.yaml:8:#{first.column}: error\[#{first.code}\]: .*\(#{Regexp.escape(first.hint)}\)\z/, first.to_s)
    assert_includes error.message, first.code
    assert_kind_of Libreturns::Error, error
    assert_equal error.diagnostics, Marshal.load(Marshal.dump(error)).diagnostics
    assert_operator error.diagnostics, :frozen?
  end

  def test_a_finding_names_what_belongs_to_it
    text = File.read(EYEWEAR).sub("reason is missing_item", "reason is missing_itme")
    related = refused(PolicyError) { Policy.compile(text) }.diagnostics.first.related.first
    assert_equal ["policy.yaml", 41, "`reason` is declared here"], [related.file, related.line, related.label]
  end

  def test_arguments_of_other_types
    [5, 1.5, [], :text, Object.new].each { |wrong| refused(TypeError) { Policy.compile(wrong) } }
    [5, 1.5, [], Object.new].each { |wrong| refused(TypeError) { Policy.compile(path: wrong) } }
    refused(ArgumentError, /path:/) { Policy.compile }
    refused(ArgumentError, /path:/) { Policy.compile(nil) }
    refused(ArgumentError, /path:/) { Policy.compile(KINDS, path: EYEWEAR) }
    refused(TypeError) { Policy.compile(USER, sources: { "shared.yaml" => nil }) }
    refused(TypeError) { Policy.compile(USER, sources: { 5 => SHARED }) }
    refused(TypeError) { Policy.compile(USER, sources: 5) }
    refused(TypeError) { Policy.compile(KINDS, name: nil) }
    refused(ArgumentError) { Policy.compile(USER, sources: { "policy.yaml" => SHARED }) }
    refused(ArgumentError, /NUL/) { Policy.compile(USER, sources: { "a\0b" => SHARED }) }
    refused(ArgumentError) { Policy.compile(USER, sources: { "\xff" => SHARED }) }
    refused(ArgumentError) { Policy.compile("\xd8\x00".dup.force_encoding("UTF-16BE")) }
    refused(NoMethodError) { Policy.new }
  end

  def test_bytes_that_are_no_policy
    ["", "\n", "\0", "[" * 100_000, "a: b", "\xed\xa0\x80", "\xff\xfe\x00", "returns: 1\npolicy: \xff\n"].each do |text|
      refute_empty refused(PolicyError) { Policy.compile(text) }.diagnostics
    end
  end

  def test_a_text_that_is_too_large
    refused(PolicyError) { Policy.compile("##{"#" * (17 << 20)}\n") }
  end

  def test_a_block_answers_as_its_policy
    policy = Policy.compile(path: EYEWEAR)
    [policy.block, policy.block.force_encoding("UTF-8"), policy.block.freeze].each do |block|
      loaded = Policy.load(block)
      assert_equal policy.digest, loaded.digest
      assert_equal policy.evaluate(FIVE_FRAMES, trace: :full), loaded.evaluate(FIVE_FRAMES, trace: :full)
    end
  end

  def test_a_policy_is_marshalled_by_its_block
    policy = Policy.compile(path: EYEWEAR)
    again = Marshal.load(Marshal.dump([policy, 1])).first
    assert_equal policy.evaluate(FIVE_FRAMES), again.evaluate(FIVE_FRAMES)
    assert_includes Marshal.dump(policy), policy.block
  end

  def test_garbage_and_truncated_blocks
    block = Policy.compile(KINDS).block
    [0, 1, 7, 8, 63, block.bytesize / 2, block.bytesize - 1].each do |size|
      refused(PolicyError) { Policy.load(block.byteslice(0, size)) }
    end
    ["\0" * 4096, "\xff".b * 4096, block.reverse, KINDS, "#{block}\0"].each do |garbage|
      refused(PolicyError) { Policy.load(garbage) }
    end
    refused(PolicyError) { Marshal.load(Marshal.dump(Policy.compile(KINDS)).sub("kinds", "minds")) }
  end

  def test_altered_blocks
    block = Policy.compile(KINDS).block
    (0...block.bytesize).step([1, block.bytesize / 400].max) do |at|
      altered = block.dup
      altered.setbyte(at, altered.getbyte(at) ^ 0x5a)
      begin
        Policy.load(altered).evaluate(request(line))
      rescue Libreturns::Error => e
        assert_kind_of Libreturns::Error, e
      end
    end
  end

  def test_what_is_no_block_at_all
    [nil, 5, [1, 2], :block, Object.new].each { |wrong| refused(TypeError) { Policy.load(wrong) } }
  end

  def test_facts
    facts = Policy.compile(KINDS).facts
    assert_equal Libreturns::Fact.new(name: :channel, type: :choice, of: :request, values: %w[portal phone]), facts[:channel]
    assert_equal Libreturns::Fact.new(name: :ordered, type: :count, of: :fact, values: []), facts[:ordered]
    assert_equal Libreturns::Fact.new(name: :tags, type: :set, of: :line, values: %w[worn washed torn]), facts[:tags]
    assert_equal %i[flag choice count text set count decimal percent money date instant days months hours text],
                 facts.each_value.map(&:type)
    refused(FrozenError) { facts[:channel] = nil }
  end

  def test_messages
    policy = Policy.compile(KINDS)
    assert_equal "It is torn.", policy.message("torn", "en")
    assert_equal "Il est déchiré.", policy.message(:torn, :"fr-CA")
    assert_nil policy.message("no-such-code", "en")
    refused(TypeError) { policy.message(nil, "en") }
    refused(ArgumentError) { policy.message("to\0rn", "en") }
  end

  def test_tree
    policy = Policy.compile(KINDS)
    assert_includes policy.tree, "torn"
    assert_includes policy.tree(:dot), "digraph"
    refused(ArgumentError) { policy.tree(:png) }
    refused(ArgumentError) { policy.tree(nil) }
  end

  def test_a_closed_policy_says_so
    policy = Policy.compile(KINDS)
    refute_predicate policy, :closed?
    policy.evaluate(request(line))
    policy.close
    assert_predicate policy, :closed?
    assert_equal "#<Libreturns::Policy, closed>", policy.inspect
    [-> { policy.name }, -> { policy.block }, -> { policy.facts }, -> { policy.rules }, -> { policy.tree }, -> { policy.request },
     -> { policy.message("torn", "en") }, -> { policy.evaluate(request(line)) }, -> { policy.evaluate("{}") },
     -> { policy.evaluate_many([]) }, -> { policy.encode({}) }, -> { Marshal.dump(policy) }].each do |use|
      refused(Libreturns::Error, /closed/, &use)
    end
    policy.close
  end

  def test_a_policy_that_never_was
    policy = Policy.allocate
    refused(Libreturns::Error, /closed/) { policy.evaluate(request(line)) }
    refused(Libreturns::Error, /closed/) { policy.name }
  end

  def test_what_a_policy_gave_stays_good_without_it
    policy = Policy.compile(KINDS)
    kept = policy.request
    facts = policy.facts
    many = policy.evaluate_many([request(line)])
    kept.add_line(line)
    decision = policy.evaluate(kept)
    digest = kept.digest
    policy.close
    policy = nil
    GC.start
    assert_predicate decision, :authorize?
    assert_equal digest, kept.digest
    kept.set(gift: true)
    assert_equal 15, facts.size
    refused(Libreturns::Error, /closed/) { many.to_a }
  end
end
