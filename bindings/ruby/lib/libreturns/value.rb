# frozen_string_literal: true

module Libreturns
  # A frozen object of named values that compares by them: what Data is from Ruby 3.2 on.
  #
  # Patterns see verdicts as symbols, so that `in { verdict: :deny }` matches.
  class Value
    class << self
      # A class with these members, and `read`; `matched` names further methods that patterns may ask for.
      # @api private
      def define(*members, matched: [], &body)
        Class.new(self) do
          public_class_method :new
          const_set(:MATCHED, (members + matched).freeze)
          attr_reader(*members)

          class_eval <<~RUBY, __FILE__, __LINE__ + 1
            def initialize(#{members.map { |name| "#{name}:" }.join(", ")})
              #{members.map { |name| "@#{name} = #{name}" }.join("\n")}
              freeze
            end

            # From the tree of its JSON, which may say more than is known here; members that are no texts or numbers are given
            # beside it.
            def self.read(item, #{members.map { |name| "#{name}: item[#{name.name.inspect}]" }.join(", ")})
              new(#{members.map { |name| "#{name}: #{name}" }.join(", ")})
            end

            def to_h = { #{members.map { |name| "#{name}: @#{name}" }.join(", ")} }
          RUBY
          class_eval(&body) if body
        end
      end

      # What a pattern gets of an object.
      # @api private
      def matched(object, keys, known)
        names = keys ? keys & known : known
        names.to_h { |name| [name, plain(object.public_send(name))] }
      end

      private

      def plain(value)
        case value
        when Verdict then value.to_sym
        when Array then value.first.is_a?(Verdict) ? value.map(&:to_sym) : value
        else value
        end
      end
    end

    private_class_method :new

    # @return [Value] the same with other values of some members
    def with(**changes) = self.class.new(**to_h, **changes)

    def ==(other) = other.instance_of?(self.class) && other.to_h == to_h
    alias eql? ==

    def hash = [self.class, to_h].hash

    def deconstruct_keys(keys) = Value.matched(self, keys, self.class::MATCHED)

    def inspect
      members = to_h.map { |name, value| "#{name}=#{value.is_a?(BigDecimal) ? value.to_s("F") : value.inspect}" }
      "#<#{self.class.name} #{members.join(", ")}>"
    end

    # @api private
    def marshal_dump = to_h

    # @api private
    def marshal_load(members) = initialize(**members)
  end
end
