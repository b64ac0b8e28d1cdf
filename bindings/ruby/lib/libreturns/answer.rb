# frozen_string_literal: true

require "bigdecimal"
require_relative "value"
require_relative "verdict"

module Libreturns
  # The rule that decided, and where it stands in the policy.
  Rule = Value.define(:name, :file, :line) do
    def to_s = "#{name} (#{file}:#{line})"
  end

  # A fee or bonus: `amount` is charged, `collected` is what the credit could bear (of a bonus: all).
  Adjustment = Value.define(:name, :amount, :collected)

  # A role that must agree; `answer` is :awaited, :agreed or :refused.
  Approval = Value.define(:role, :answer)

  # A balance after the request. Units are Integer, money is BigDecimal; `limit` and `left` are nil while they are not known.
  Allowance = Value.define(:allowance, :of, :limit, :drawn, :left)

  # Sums over the decided lines.
  Totals = Value.define(:credit, :bonuses, :fees, :uncovered, :net)

  # Which policy answered; `digest` is the SHA-256 of its sources.
  PolicyIdentity = Value.define(:name, :revision, :digest)

  # What would have become of units of a line, or became of them.
  Basis = Value.define(:verdict, :units, :rule)

  # A line's net amount and portions, before or after a floor.
  Side = Value.define(:net, :portions)

  # What a floor did for a line: `from` is the policy's own answer (nil where that was open), `dropped_fees` are fees of the
  # policy that fell away.
  Raised = Value.define(:floor, :from, :to, :dropped_fees)

  # Units of a line that got one answer.
  Portion = Value.define(:verdict, :units, :rule, :because, :reasons, :reasons_open, :credit, :bonuses, :fees, :net, :approvals,
                         :outputs, :open_outputs, matched: %i[awaits]) do
    include Verdicts

    # @return [Array<String>] roles that have not answered yet
    def awaits = approvals.select { |approval| approval.answer == :awaited }.map(&:role).freeze
  end

  # A line of the request, and its portions. A decided one has portions and amounts; an undecided one has `needs` and
  # `possible`, and no amounts. `raised` is nil where no floor raised it.
  Line = Value.define(:id, :status, :credit, :bonuses, :fees, :uncovered, :net, :assumed, :portions, :needs, :possible, :raised,
                      matched: %i[verdict]) do
    include Enumerable
    include Verdicts

    # @yieldparam portion [Portion]
    def each(&block)
      return enum_for { portions.size } unless block

      portions.each(&block)
      self
    end

    # @return [Verdict, nil] the one verdict of all portions; nil where they differ, or the line is undecided
    def verdict = Answer.one_verdict(portions)

    def decided? = status == :decided
    def undecided? = status == :undecided

    # Decided only as long as what was assumed holds.
    def provisional? = !assumed.empty?
  end

  # From the tree of an answer's JSON to objects (docs/answers.md has the JSON).
  #
  # Names of facts and outputs become symbols, as they are written in Ruby; all other texts are strings.
  # @api private
  module Answer
    NOTHING = [].freeze

    class << self
      def one_verdict(things)
        verdicts = things.map(&:verdict).uniq
        verdicts.first if verdicts.size == 1
      end

      def line(item)
        decided = item["status"] == "decided"
        Line.read(item, status: item["status"].to_sym, **amounts(item, :credit, :bonuses, :fees, :uncovered, :net),
                        assumed: decided ? names(item["assumed"]) : NOTHING,
                        portions: decided ? each(item["portions"]) { |portion| portion(portion) } : NOTHING,
                        needs: decided ? NOTHING : names(item["needs"]),
                        possible: decided ? NOTHING : each(item["possible"]) { |verdict| Verdict[verdict] },
                        raised: item["raised"] && raised(item["raised"]))
      end

      def allowance(item) = Allowance.read(item, **%i[limit drawn left].to_h { |name| [name, quantity(item[name.name])] })

      def totals(item) = Totals.new(**amounts(item, :credit, :bonuses, :fees, :uncovered, :net))

      def names(list) = list.map(&:to_sym).freeze

      private

      def portion(item)
        open = item["open_outputs"].to_h { |output| [output["output"].to_sym, names(output["needs"])] }
        Portion.read(item, **basis(item), **amounts(item, :credit, :net),
                           bonuses: adjustments(item["bonuses"]), fees: adjustments(item["fees"]),
                           approvals: each(item["approvals"]) { |role| Approval.read(role, answer: role["answer"].to_sym) },
                           outputs: item["outputs"].transform_keys(&:to_sym).freeze, open_outputs: open.freeze)
      end

      def basis(item) = { verdict: Verdict[item["verdict"]], units: item["units"], rule: Rule.read(item["rule"]) }

      def raised(item)
        dropped = each(item["dropped_fees"]) { |fee| Adjustment.read(fee, amount: money(fee["amount"]), collected: money("0")) }
        Raised.read(item, from: item["from"] && side(item["from"]), to: side(item["to"]), dropped_fees: dropped)
      end

      def side(item)
        Side.new(net: money(item["net"]), portions: each(item["portions"]) { |portion| Basis.new(**basis(portion)) })
      end

      def adjustments(list)
        each(list) do |item|
          Adjustment.read(item, amount: money(item["amount"]), collected: money(item["collected"] || item["amount"]))
        end
      end

      def each(list, &block) = list.map(&block).freeze
      def amounts(item, *names) = names.to_h { |name| [name, money(item[name.name])] }
      def money(text) = text && BigDecimal(text)
      def quantity(value) = value.is_a?(String) ? BigDecimal(value) : value
    end
  end
end
