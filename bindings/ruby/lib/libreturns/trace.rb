# frozen_string_literal: true

require_relative "value"
require_relative "verdict"

module Libreturns
  # Why: each rule that counted, its tests with their values, and each amount, with places in the policy's files.
  # Amounts are texts here, as exact fractions need not be decimals.
  Trace = Value.define(:level, :lines) do
    def to_s = lines.join("\n")
  end

  # The rules that a line (index in the request) met, its amounts, and in words what a floor raised (nil for none).
  TraceLine = Value.define(:line, :rules, :amounts, :raised) do
    def to_s = ["line #{line}", *[*rules, *amounts, *raised].map { |part| part.to_s.gsub(/^/, "  ") }].join("\n")
  end

  # A rule as a line met it; `took` and `remaining` count units.
  TraceRule = Value.define(:rule, :file, :line, :truth, :verdict, :took, :remaining, :draw, :tests) do
    def to_s
      head = "#{rule} (#{file}:#{line}): #{truth}, #{verdict}#{", took #{took} and left #{remaining}" if took.positive?}"
      [head, *[*draw, *tests].map { |part| "  #{part}" }].join("\n")
    end
  end

  # What a rule took from an allowance.
  TraceDraw = Value.define(:allowance, :of, :before, :taken, :after) do
    def to_s = "draws #{taken} on #{allowance}#{" of #{of}" if of}: #{before} -> #{after}"
  end

  # A line of `when` or (negated) `unless`, and what it came to.
  TraceTest = Value.define(:source, :negated, :truth, :file, :line, :values) do
    def to_s = "#{truth}: #{"unless " if negated}#{source} (#{file}:#{line})#{" with #{values.join(", ")}" unless values.empty?}"
  end

  # A fact or term as a test saw it: a nil value is private; `origin` says how a fact came by it.
  TraceValue = Value.define(:name, :kind, :value, :origin) do
    def to_s = "#{name} = #{value || "(private)"}"
  end

  # How an amount came about.
  TraceAmount = Value.define(:name, :portion, :source, :file, :line, :base, :percent, :exact, :at_least, :at_most, :rounded,
                             :collected) do
    def to_s
      collected = ", collected #{self.collected}" if self.collected
      "#{name} of portion #{portion}#{" = #{source}" if source}: #{exact} -> #{rounded}#{collected}"
    end
  end

  class Trace
    class << self
      # From the tree of its JSON.
      # @api private
      def of(item) = new(level: item["level"].to_sym, lines: each(item["lines"]) { |line| line(line) })

      private

      def each(list, &block) = list.map(&block).freeze

      def line(item)
        TraceLine.read(item, rules: each(item["rules"]) { |rule| rule(rule) },
                             amounts: each(item["amounts"]) { |amount| TraceAmount.read(amount) })
      end

      def rule(item)
        TraceRule.read(item, verdict: Verdict[item["verdict"]], truth: item["truth"].to_sym,
                             draw: item["draw"] && TraceDraw.read(item["draw"]), tests: each(item["tests"]) { |test| test(test) })
      end

      def test(item)
        TraceTest.read(item, truth: item["truth"].to_sym, values: each(item["values"]) { |value| TraceValue.read(value) })
      end
    end
  end
end
