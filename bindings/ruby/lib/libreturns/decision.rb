# frozen_string_literal: true

require "json"
require_relative "answer"
require_relative "library"
require_relative "trace"

module Libreturns
  # The answer to one request: its lines, and what they come to. Frozen; equal answers to equal requests are equal.
  #
  # It keeps the line that the library wrote, and looks into it when it is asked. It knows no object of C: it outlives its
  # policy, crosses threads and processes, and is marshalled as it is.
  class Decision
    include Enumerable
    include Verdicts

    HEAD = %({"engine":"#{Library.returns_version}",)
    ERROR = '"error":'
    ANSWER = ',"answer":'
    MATCHED = %i[status verdict lines needs totals allowances currency policy trace].freeze
    private_constant :HEAD, :ERROR, :ANSWER, :MATCHED

    class << self
      # The decision of a `record` that was kept.
      # @param record [String]
      # @return [Decision]
      # @raise [ArgumentError] for a text that is none
      def parse(record)
        record = String.try_convert(record) or raise TypeError, "a record is a String, not #{record.class}"
        tree = JSON.parse(record)
        decision = new(Library.text(record))
        return decision if tree.is_a?(Hash) && tree["answer"].is_a?(Hash) && JSON.parse(decision.json) == tree["answer"]

        raise ArgumentError, "this is no record of a decision"
      rescue JSON::ParserError, EncodingError
        raise ArgumentError, "this is no record of a decision"
      end

      # A Decision, or the RequestError that the library's line is.
      # @api private
      def outcome(bytes)
        bytes.force_encoding(Encoding::UTF_8)
        return new(bytes) unless bytes.byteslice(HEAD.bytesize, ERROR.bytesize) == ERROR

        error = JSON.parse(bytes.scrub)["error"]
        RequestError.new(error["message"], code: error["code"], pointer: error["pointer"], line: error["line"],
                         fact: error["fact"]&.to_sym, rule: error["rule"])
      end

      private :new
    end

    # @return [String] answer, engine and the request's digest in one line of JSON: what to keep. {.parse} reads it again.
    attr_reader :record

    def initialize(line)
      @record = line.chomp.freeze
      @start = @record.index(ANSWER).to_i + ANSWER.size
      @read = {}
      freeze
    end

    # @return [String] the answer as canonical JSON: the same bytes from C, the command, Python and Ruby
    def json = record.byteslice(@start...-1)

    def to_json(*) = json

    # @return [Hash] the tree of {#json}
    def to_h = @read[:tree] ||= JSON.parse(json, freeze: true)

    # @return [String] the version of the library that answered
    def engine = record[/\A\{"engine":"([^"]*)"/, 1]

    # @return [String] SHA-256 of the request in canonical form
    def request_digest = record[/"request_digest":"(\h*)"/, 1]

    # @return [Symbol] :decided, :undecided or :no_valid_policy
    def status = to_h["status"].to_sym

    def decided? = status == :decided
    def undecided? = status == :undecided
    def no_valid_policy? = status == :no_valid_policy

    # @return [PolicyIdentity]
    def policy = PolicyIdentity.read(to_h["policy"])

    # @return [String] "" for a policy without money
    def currency = to_h["currency"]

    # @return [Array<Line>]
    def lines = @read[:lines] ||= to_h["lines"].map { |line| Answer.line(line) }.freeze

    # @yieldparam line [Line]
    def each(&block)
      return enum_for { lines.size } unless block

      lines.each(&block)
      self
    end

    # @return [Verdict, nil] the one verdict of all portions of all lines; nil where they differ, or a line is undecided
    def verdict = decided? ? Answer.one_verdict(flat_map(&:to_a)) : nil

    # @return [Array<Symbol>] facts that would settle undecided lines, each once
    def needs = lines.flat_map(&:needs).uniq.freeze

    # @return [Array<Allowance>]
    def allowances = to_h["allowances"].map { |item| Answer.allowance(item) }.freeze

    # @return [Totals]
    def totals = Answer.totals(to_h["totals"])

    # @return [Trace, nil] nil if the evaluation was not asked for one
    def trace = to_h["trace"] && Trace.of(to_h["trace"])

    def deconstruct_keys(keys) = Value.matched(self, keys, MATCHED)

    def ==(other) = other.instance_of?(Decision) && other.record == record
    alias eql? ==

    def hash = record.hash

    def inspect
      count = "#{lines.size} line#{"s" unless lines.size == 1}"
      "#<#{self.class} #{status} by #{policy.name}: #{count}, net #{to_h["totals"]["net"]}>"
    end

    # For people.
    def to_s
      head = "#{policy.name} #{policy.revision}".strip
      head = "#{head}: #{status}, net #{to_h["totals"]["net"]} #{currency}".strip
      [head, *to_h["lines"].map { |line| shown_line(line) }].join("\n")
    end

    # @api private
    def _dump(_level) = record
    # @api private
    def self._load(record) = parse(record)

    private

    def shown_line(line)
      name = "line #{line["id"]}".strip
      unless line["status"] == "decided"
        needs = line["needs"].empty? ? "an answer to what is open" : line["needs"].join(", ")
        return "#{name}: undecided, needs #{needs}; possible: #{line["possible"].join(", ")}"
      end
      assumed = " (assuming #{line["assumed"].join(", ")})" unless line["assumed"].empty?
      ["#{name}: net #{line["net"]}#{assumed}", *line["portions"].map { |portion| "  #{shown_portion(portion)}" }].join("\n")
    end

    def shown_portion(portion)
      rule = portion["rule"]
      awaits = portion["approvals"].select { |approval| approval["answer"] == "awaited" }.map { |approval| approval["role"] }
      ["#{portion["units"]} x #{portion["verdict"]}: #{portion["because"]}",
       "by #{rule["name"]} (#{rule["file"]}:#{rule["line"]})", "credit #{portion["credit"]}",
       *portion["bonuses"].map { |bonus| "#{bonus["name"]} +#{bonus["amount"]}" },
       *portion["fees"].map { |fee| "#{fee["name"]} -#{fee["collected"]}" },
       *("awaits #{awaits.join(", ")}" unless awaits.empty?)].join(", ")
    end
  end
end
