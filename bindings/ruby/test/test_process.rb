# frozen_string_literal: true

# Threads, fork, garbage collection: what shares a policy must not disturb another.

require "support"
require "timeout"

class TestProcess < Minitest::Test
  include Support

  Policy = Libreturns::Policy

  # ---- threads ----

  def test_one_policy_for_many_threads
    policy = Policy.compile(KINDS)
    requests = Array.new(200) { |n| request(line(id: n.to_s, pieces: n % 100)) }
    expected = requests.map { |values| policy.evaluate(values) }
    differing = Array.new(8) do |seed|
      Thread.new do
        kept = policy.request
        differs = (0...200).select do |n|
          number = ((n * 7) + seed) % 200
          kept.clear.add_line(requests[number][:lines].first)
          policy.evaluate(requests[number]) != expected[number] || policy.evaluate(kept) != expected[number]
        end
        [differs, policy.evaluate_many(requests, chunk: 13).to_a == expected]
      end
    end.map(&:value)
    assert_equal [[[], true]] * 8, differing
  end

  def test_closing_under_those_who_evaluate
    20.times do
      policy = Policy.compile(KINDS)
      good = Queue.new
      threads = Array.new(4) do
        Thread.new do
          loop do
            policy.evaluate(request(line))
            policy.evaluate_many([request(line)] * 3).to_a
            good << true
          end
        rescue Libreturns::Error => e
          e.message
        end
      end
      good.pop
      policy.close
      assert_equal ["the policy is closed"] * 4, threads.map(&:value)
    end
  end

  # A thread that has let go of Ruby's lock counts as asleep, and this one never sleeps otherwise.
  def assert_lets_others_run
    stop = false
    worker = Thread.new { yield until stop }
    Timeout.timeout(120) { Thread.pass until worker.status == "sleep" }
  ensure
    stop = true
    worker.join
  end

  def test_ruby_runs_while_c_does
    rules = Array.new(1000) do |n|
      "  - rule: r#{n}\n    when:\n      - price > #{n}.00\n      - pieces > #{n % 7}\n    then: deny\n    because: b#{n}\n"
    end
    text = KINDS.sub("rules:\n", "rules:\n#{rules.join}")
    policy = Policy.compile(text)
    many = [policy.encode(request(line))] * 2000
    long = policy.encode(request(*Array.new(8000) { line }))
    assert_lets_others_run { Policy.compile(text) }
    assert_lets_others_run { policy.evaluate_many(many) { |outcome| outcome } }
    assert_lets_others_run { policy.evaluate(long) }
    assert_lets_others_run { policy.tree }
  end

  def test_a_thread_that_is_killed_leaves_the_policy_whole
    policy = Policy.compile(KINDS)
    texts = [policy.encode(request(line))] * 2000
    expected = policy.evaluate(texts.first)
    20.times do
      thread = Thread.new { loop { policy.evaluate_many(texts).to_a } }
      sleep 0.002
      thread.kill.join
      assert_equal expected, policy.evaluate(texts.first)
    end
    refused(Timeout::Error) { Timeout.timeout(0.01) { loop { policy.evaluate_many(texts).to_a } } }
    assert_equal [expected] * 3, policy.evaluate_many(texts.first(3)).to_a
  end

  def test_a_text_that_changes_while_it_is_read
    policy = Policy.compile(KINDS)
    text = policy.encode(request(*Array.new(3000) { |n| line(id: n.to_s) }))
    good = text.dup
    stop = false
    changer = Thread.new { text.replace(text.empty? ? good : "") until stop }
    50.times do
      policy.evaluate(text)
    rescue Libreturns::RequestError => e
      assert_match(/\AR09/, e.code)
    end
    stop = true
    changer.join
    assert_equal 3000, policy.evaluate(good).count
  end

  # ---- fork ----

  # Runs the block in a child; its exit status tells.
  def child
    pid = fork do
      good = yield
      GC.start
      exit!(good ? 0 : 2)
    rescue Exception => e
      warn e.full_message
      exit!(1)
    end
    Process.wait(pid)
    assert_equal 0, $?.exitstatus, $?.to_s
  end

  def test_a_policy_in_parent_and_child
    policy = Policy.compile(path: EYEWEAR)
    expected = policy.evaluate(FIVE_FRAMES)
    kept = policy.request.set(FRAMES.reject { |name, _| name == :lines })
    kept.add_line(FRAME)
    work = lambda do
      again = Policy.compile(path: EYEWEAR)
      found = [policy.evaluate(FIVE_FRAMES), policy.evaluate(kept), again.evaluate(FIVE_FRAMES), *policy.evaluate_many([FRAMES])]
      found == [expected] * 4
    end
    5.times do
      child(&work)
      assert work.call
    end
  end

  # What a thread of the parent was at is half done in the child, and is never touched there.
  def test_fork_while_threads_evaluate_and_compile
    policy = Policy.compile(KINDS)
    expected = policy.evaluate(request(line))
    texts = [policy.encode(request(line(brand: "x" * 200)))] * 500
    stop = false
    threads = [Thread.new { policy.evaluate_many(texts).to_a until stop }, Thread.new { Policy.compile(KINDS) until stop }]
    8.times do
      child do
        Array.new(20) { policy.evaluate(request(line)) } == [expected] * 20 && policy.evaluate_many(texts).count == 500 &&
          Policy.compile(KINDS).name == "kinds"
      end
    end
  ensure
    stop = true
    threads&.each(&:join)
  end

  # Both run the finalizers of what they share.
  def test_parent_and_child_end
    script = <<~RUBY
      policy = Libreturns::Policy.compile(File.read(ARGV.first), name: "policy.yaml")
      kept = policy.request
      policy.evaluate(kept.set(lines: []))
      Process.wait(fork { policy.evaluate(kept) })
      exit($?.success?)
    RUBY
    assert system(RbConfig.ruby, *$LOAD_PATH.map { |path| "-I#{path}" }, "-rlibreturns", "-e", script, EYEWEAR)
  end

  # ---- memory ----

  def work(round)
    policy = Policy.compile(KINDS)
    kept = policy.request
    one = kept.add_line(line(id: round.to_s))
    policy = Policy.load(policy.block) if round.odd?
    kept = nil if round.even?
    answers = policy.evaluate_many([request(line), "{", request(line)], chunk: 2).to_a
    one.set(pieces: 3)
    decision = policy.evaluate(request(line(tags: Set[:torn])), trace: :full)
    [answers.map(&:class), decision.deny?, decision.trace.to_s.empty?, policy.name]
  end

  def test_under_constant_collection
    expected = work(0)
    assert_equal [[Libreturns::Decision, Libreturns::RequestError, Libreturns::Decision], true, false, "kinds"], expected
    before = GC.count
    begin
      GC.stress = 1 # at each allocation, of young objects: all that this makes
      found = Array.new(4) { |round| work(round) }
    ensure
      GC.stress = false
    end
    assert_equal [expected] * 4, found
    assert_operator GC.count - before, :>, 1000
  end

  def test_under_compaction
    policy = Policy.compile(KINDS)
    expected = policy.evaluate(request(line))
    5.times do
      GC.compact if GC.respond_to?(:compact)
      assert_equal expected, policy.evaluate(request(line))
    end
  end

  def resident = File.read("/proc/self/statm").split[1].to_i * 4096

  def test_memory_does_not_grow
    policy = Policy.compile(KINDS)
    block = policy.block
    kept = policy.request
    round = lambda do
      300.times do
        Policy.load(block).evaluate(request(line))
        policy.evaluate(request(line(tags: [:torn])), trace: :full)
        kept.clear.add_line(line)
        policy.evaluate(kept)
        ["{", request(line(colour: 1))].each { |bad| refused(Libreturns::RequestError) { policy.evaluate(bad) } }
      end
      GC.start
    end
    3.times { round.call }
    before = resident
    5.times { round.call }
    assert_operator resident - before, :<, 8 << 20
  end
end
