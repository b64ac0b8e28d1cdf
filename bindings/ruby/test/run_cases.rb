#!/usr/bin/env ruby
# frozen_string_literal: true

# Runs the conformance corpus (tests/cases/README.md) through the gem: run_cases.rb ROOT [WORD].
#
# Each request goes in as text and, where it is sound, as a Hash, as keywords, as a kept request and among many, to the policy
# as compiled and as loaded from its block. Prints TAP, one line a case, and the same last line as the other runners.

require "json"
require "libreturns"

# One case of the corpus.
class Case
  class Failed < StandardError; end

  def initialize(test, root)
    @test = test
    @root = root
  end

  def run
    return check_diagnostics if @test.key?("diagnostics")

    policy = compile
    { "compiled" => policy, "loaded" => Libreturns::Policy.load(policy.block) }.each do |what, form|
      @test.key?("steps") ? check_steps(form, what) : check_request(form, what)
    end
  end

  private

  def lines_text(lines) = lines.map { |line| "#{line}\n" }.join

  def compile
    sources = @test.fetch("sources", {}).transform_values { |lines| lines_text(lines) }
    return Libreturns::Policy.compile(path: File.join(@root, @test["policy"]), sources: sources) if @test.key?("policy")

    Libreturns::Policy.compile(lines_text(@test["policy_text"]), sources: sources)
  end

  def check_diagnostics
    findings = begin
      compile.warnings
    rescue Libreturns::PolicyError => e
      e.diagnostics
    end
    found = findings.map do |finding|
      { "code" => finding.code, "file" => File.basename(finding.file.to_s), "line" => finding.line, "column" => finding.column }
    end
    expect(@test["diagnostics"], found, "diagnostics")
  end

  def expect(expected, found, what)
    raise Failed, "#{what}\nexpected #{expected}\n   found #{found}" unless expected == found
  end

  def check_steps(policy, what)
    values = @test["request"]
    { text: JSON.generate(values), hash: values, kept: kept(policy, values) }.each do |way, request|
      found = policy.steps(request).map do |step|
        { "step" => step.name, "by" => step.by, "state" => step.state.name, "no_later_than" => step.date&.iso8601,
          "reasons" => step.reasons, "supplies" => step.facts.map(&:name) }
      end
      expect(@test["steps"], found, "#{what}, #{way}")
    end
  end

  def check_request(policy, what)
    values = @test["request"]
    text = values ? JSON.generate(values) : @test["request_text"]
    digests = ways(policy, values, text).map do |way, outcome|
      @test.key?("error") ? check_error(outcome, "#{what}, #{way}") : check_answer(outcome.call, "#{what}, #{way}")
    end
    raise Failed, "#{what}: the request's digest depends on how it came in" if digests.uniq.size > 1
  end

  def ways(policy, values, text)
    trace = @test["trace"]&.to_sym
    ways = { text: -> { policy.evaluate(text, trace: trace) },
             many: -> { raised(policy.evaluate_many([text, "", text], trace: trace).to_a.last) } }
    return ways unless values && @test.key?("answer")

    ways.merge(hash: -> { policy.evaluate(values, trace: trace) },
               kept: -> { policy.evaluate(kept(policy, values), trace: trace) },
               keywords: -> { policy.evaluate(trace: trace, **symbols(values)) })
  end

  def raised(outcome) = outcome.is_a?(Exception) ? raise(outcome) : outcome

  def kept(policy, values)
    request = policy.request.set(values.reject { |name, _| name == "lines" })
    values["lines"].each { |line| request.add_line(line) }
    request
  end

  # As a caller would write it: names as symbols, and sets as sets.
  def symbols(values)
    values.to_h do |name, value|
      value = value.map { |line| symbols(line) } if name == "lines"
      [name.to_sym, value.is_a?(Array) && name != "lines" ? Set.new(value) : value]
    end
  end

  def check_error(outcome, what)
    decision = outcome.call
  rescue Libreturns::RequestError => e
    expected = @test["error"]
    expect(expected, expected.to_h { |key, _| [key, key == "fact" ? e.fact&.name : e.public_send(key)] }, what)
    raise Failed, "#{what}: the error has no text" if e.text.empty?
  else
    raise Failed, "#{what}: expected #{@test["error"]}\n   found #{decision.json}"
  end

  def check_answer(decision, what)
    expected = @test["answer"]
    found = decision.json
    found = found.sub(%("digest":"#{decision.policy.digest}"), '"digest":"*"') if expected["policy"]["digest"] == "*"
    expect(JSON.generate(expected), found, what)
    [decision, decision.trace].each { |thing| [thing.to_s, thing.inspect] }
    decision.request_digest
  end
end

abort "usage: run_cases.rb ROOT [WORD]" if ARGV.empty?
root, word = ARGV
folder = File.join(root, "tests", "cases")
paths = Dir.glob("**/*.json", base: folder).sort.select { |path| path.include?(word.to_s) }
failed = paths.each.with_index(1).count do |path, number|
  title = path.delete_suffix(".json")
  test = JSON.parse(File.read(File.join(folder, path), encoding: "UTF-8"))
  title = "#{title}: #{test["case"]}"
  Case.new(test, root).run
  puts "ok #{number} - #{title}"
  false
rescue StandardError => e # whatever goes wrong in one case, the others are run
  puts "not ok #{number} - #{title}", "#{e.class}: #{e.message}".gsub(/^/, "#   ")
  true
end
puts "1..#{paths.size}", "# conformance: #{paths.size - failed} passed, #{failed} failed"
exit(failed.zero? && !paths.empty?)
