# frozen_string_literal: true

require "bigdecimal"
require "date"
require "set"
require_relative "library"

module Libreturns
  # Ruby's values as the JSON that the library reads. Exact or refused: nothing is rounded, guessed or left out here.
  #
  # In: what a caller passes as a request. Out: JSON text. It knows the types of the declared facts, as a BigDecimal may be a
  # percentage; whether a value fits its fact is the library's to say.
  # @api private
  class Encoder
    HUGE = 10**20 # out of range of every fact, and still short
    DIGITS = 40   # of a number that is written out; the library refuses longer ones
    ESCAPED = /["\\\x00-\x1f]/.freeze
    private_constant :HUGE, :DIGITS, :ESCAPED

    # @param facts [Hash{Symbol=>Fact}]
    def initialize(facts)
      names = facts.each_value.flat_map { |fact| [[fact.name, fact], [fact.name.name, fact]] }
      @percentages = names.select { |_, fact| fact.type == :percent }.to_h
      @keys = names.to_h { |name, _| [name, key(+"", name, nil).freeze] }
    end

    # A request, or what is added to one.
    def request(values)
      out = +"{"
      values.each do |name, value|
        out << (@keys[name] || key(+"", name, nil))
        if name == :lines || name == "lines" then lines(out, value)
        elsif value.is_a?(Hash) then entries(out, name, value)
        else value(out, name, value)
        end
        out << ","
      end
      close(out, "}")
    end

    # The facts of one line.
    def line(values, out = +"")
      out << "{"
      values.each do |name, value|
        out << (@keys[name] || key(+"", name, nil))
        value(out, name, value)
        out << ","
      end
      close(out, "}")
    end

    private

    # In the place of the last comma.
    def close(out, bracket)
      out.chop! if out.end_with?(",")
      out << bracket
    end

    def key(out, key, where)
      text(out, string(key) || raise(TypeError, "#{where}#{key.inspect} is no name: names are Symbol or String"))
      out << ":"
    end

    def lines(out, lines)
      list = Array.try_convert(lines) or raise TypeError, "lines: an Array of Hashes, not #{lines.class}"
      out << "["
      list.each_with_index do |line, index|
        values = Hash.try_convert(line) or raise TypeError, "lines[#{index}]: a Hash, not #{line.class}"
        line(values, out) << ","
      rescue TypeError => e
        raise e.message.start_with?("lines[") ? e : TypeError.new("lines[#{index}].#{e.message}")
      end
      close(out, "]")
    end

    # A fact that is per value of another one.
    def entries(out, name, hash)
      out << "{"
      hash.each do |key, value|
        key(out, key, "#{name}: ")
        value(out, name, value)
        out << ","
      end
      close(out, "}")
    end

    def value(out, name, value)
      case value
      when String, Symbol then text(out, value.is_a?(Symbol) ? value.name : value)
      when BigDecimal then out << '"' << decimal(value, @percentages[name]) << '"'
      when Integer then out << (value.abs < HUGE ? value : value.positive? ? HUGE : -HUGE).to_s
      when DateTime, Time then out << '"' << instant(value, name) << '"'
      when Date then out << value.strftime('"%Y-%m-%d"')
      when true, false then out << value.to_s
      when Array, Set then members(out, name, value)
      when nil then out << "null"
      else raise TypeError, "#{name}: #{unfit(value)}"
      end
    end

    def unfit(value)
      case value
      when Float
        "a Float is a binary fraction, and most amounts have none that is exact; pass a BigDecimal, such as BigDecimal(\"12.50\")"
      else
        "#{value.class} is no type of a fact; pass true, false, Integer, BigDecimal, String, Symbol, Date, Time, Set or Array"
      end
    end

    def members(out, name, list)
      out << "["
      list.each do |member|
        text(out, string(member) || raise(TypeError, "#{name}: its members are String or Symbol, not #{member.class}"))
        out << ","
      end
      close(out, "]")
    end

    def decimal(value, percentage)
      return value.to_s unless value.finite? && value.exponent.abs < DIGITS

      text = value.zero? ? "0" : value.to_s("F").delete_suffix(".0")
      percentage ? "#{text}%" : text
    end

    def instant(value, name)
      fraction = value.is_a?(Time) ? value.subsec : value.sec_fraction
      offset = value.is_a?(Time) ? value.utc_offset : (value.offset * 86_400).to_i
      raise TypeError, "#{name}: instants are exact to the second; round it, such as by time.floor" unless fraction.zero?
      raise TypeError, "#{name}: an offset from UTC is of whole minutes" unless (offset % 60).zero?

      value.strftime("%Y-%m-%dT%H:%M:%S%:z")
    end

    def string(name)
      case name
      when Symbol then name.name
      when String then name
      end
    end

    def text(out, string)
      string = Library.text(string) unless string.encoding == Encoding::UTF_8
      string = escaped(string) unless string.valid_encoding? && !string.match?(ESCAPED)
      out << '"' << string << '"'
    end

    # Byte by byte, as the text may be no UTF-8: the library is to say so.
    def escaped(string)
      string.b.gsub(/["\\\x00-\x1f]/n) { |char| format("\\u%04x", char.ord) }.force_encoding(Encoding::UTF_8)
    end
  end
end
