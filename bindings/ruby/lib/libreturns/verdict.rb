# frozen_string_literal: true

module Libreturns
  # `deny?` and its like, for whatever has a verdict.
  module Verdicts
    def authorize? = verdict == :authorize
    def partial_credit? = verdict == :partial_credit
    def exchange_only? = verdict == :exchange_only
    def deny? = verdict == :deny
  end

  # One of four answers. Verdicts compare by favour, and with symbols: `Verdict::DENY < :authorize`, `verdict == :deny`.
  #
  # A verdict is no Symbol, so `case verdict when :deny` does not match. Write `when Libreturns::Verdict::DENY`, match on
  # what has it (`case portion in { verdict: :deny }`), or ask it (`verdict.deny?`).
  class Verdict
    include Comparable
    include Verdicts

    # @return [Symbol]
    attr_reader :to_sym

    def initialize(name, favour)
      @to_sym = name
      @favour = favour
      freeze
    end
    private_class_method :new

    DENY = new(:deny, 0)
    EXCHANGE_ONLY = new(:exchange_only, 1)
    PARTIAL_CREDIT = new(:partial_credit, 2)
    AUTHORIZE = new(:authorize, 3)
    # From the least to the most favourable.
    ALL = [DENY, EXCHANGE_ONLY, PARTIAL_CREDIT, AUTHORIZE].freeze

    NAMED = ALL.to_h { |verdict| [verdict.to_sym, verdict] }.freeze
    private_constant :NAMED

    # @param name [Symbol, String, Verdict]
    # @return [Verdict]
    # @raise [ArgumentError] for what is no verdict
    def self.[](name)
      named = name.is_a?(String) ? name.to_sym : name
      named.is_a?(Verdict) ? named : NAMED.fetch(named) { raise ArgumentError, "#{name.inspect} is no verdict" }
    end

    # @param other [Verdict, Symbol]
    # @return [Integer, nil] by favour; nil for what is no verdict
    def <=>(other)
      other = NAMED[other] if other.is_a?(Symbol)
      favour <=> other.favour if other.is_a?(Verdict)
    end

    def to_s = to_sym.name
    def inspect = to_sym.inspect
    def to_json(*args) = to_s.to_json(*args)

    # @api private
    def _dump(_level) = to_s
    # @api private
    def self._load(name) = self[name]

    protected

    attr_reader :favour

    private

    def verdict = self
  end
end
