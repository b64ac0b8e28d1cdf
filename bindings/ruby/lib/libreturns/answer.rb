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

  # Units of a line that got one answer.
  Portion = Value.define(:verdict, :units, :rule, :because, :reasons, :reasons_open, :credit, :bonuses, :fees, :net, :approvals,
                         :outputs, :open_outputs, matched: %i[awaits]) do
    include Verdicts

    # @return [Array<String>] roles that have not answered yet
    def awaits = approvals.select { |approval| approval.answer == :awaited }.map(&:role).freeze
  end

  # A line of the request, and its portions. A decided one has portions and amounts; an undecided one has `needs` and `possible`, and no
  # amounts.
  Line = Value.define(:id, :status, :credit, :bonuses, :fees, :uncovered, :net, :assumed, :portions, :needs, :possible,
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
        Line.new(id: item["id"], status: item["status"].to_sym, credit: money(item["credit"]), bonuses: money(item["bonuses"]),
                 fees: money(item["fees"]), uncovered: money(item["uncovered"]), net: money(item["net"]),
                 assumed: decided ? names(item["assumed"]) : NOTHING,
                 portions: decided ? item["portions"].map { |portion| portion(portion) }.freeze : NOTHING,
                 needs: decided ? NOTHING : names(item["needs"]),
                 possible: decided ? NOTHING : item["possible"].map { |verdict| Verdict[verdict] }.freeze)
      end

      def allowance(item)
        Allowance.new(allowance: item["allowance"], of: item["of"], limit: quantity(item["limit"]), drawn: quantity(item["drawn"]),
                      left: quantity(item["left"]))
      end

      def totals(item) = Totals.new(**item.to_h { |name, amount| [name.to_sym, money(amount)] })

      def names(list) = list.map(&:to_sym).freeze

      private

      def portion(item)
        Portion.new(verdict: Verdict[item["verdict"]], units: item["units"], rule: Rule.new(**item["rule"].transform_keys(&:to_sym)),
                    because: item["because"], reasons: item["reasons"], reasons_open: item["reasons_open"], credit: money(item["credit"]),
                    bonuses: adjustments(item["bonuses"]), fees: adjustments(item["fees"]), net: money(item["net"]),
                    approvals: item["approvals"].map { |approval| Approval.new(role: approval["role"], answer: approval["answer"].to_sym) }.freeze,
                    outputs: item["outputs"].transform_keys(&:to_sym).freeze,
                    open_outputs: item["open_outputs"].to_h { |output| [output["output"].to_sym, names(output["needs"])] }.freeze)
      end

      def adjustments(list)
        list.map { |item| Adjustment.new(name: item["name"], amount: money(item["amount"]), collected: money(item["collected"] || item["amount"])) }.freeze
      end

      def money(text) = text && BigDecimal(text)
      def quantity(value) = value.is_a?(String) ? BigDecimal(value) : value
    end
  end
end
