# frozen_string_literal: true

require "bigdecimal"
require_relative "value"

module Libreturns
  # Anything that libreturns reports.
  class Error < StandardError; end

  # The C library was not found.
  class LibraryError < Error
    # @return [Array<String>] every path that was tried, and what came of it
    attr_reader :tried

    def initialize(tried)
      @tried = tried.freeze
      super("cannot load the libreturns library; tried\n#{tried.map { |line| "  #{line}" }.join("\n")}")
    end
  end

  # A place that belongs to a finding; `label` says what it is.
  # Lines and columns count from 1, ends are exclusive; line 0: no place.
  Related = Value.define(:file, :line, :column, :end_line, :end_column, :label)

  # One finding in a policy: what is wrong, where, and what would mend it. docs/errors.md explains each code.
  Diagnostic = Value.define(:code, :severity, :file, :line, :column, :end_line, :end_column, :message, :hint, :related) do
    def to_s
      place = "#{file}:#{line}:#{column}: " if line.positive?
      "#{place}#{severity}[#{code}]: #{message}#{" (#{hint})" if hint}"
    end
  end

  # A policy that does not compile, or a block that does not load. The message shows the findings with their source lines.
  class PolicyError < Error
    # @return [Array<Diagnostic>]
    attr_reader :diagnostics

    def initialize(message, diagnostics = [])
      super(message)
      @diagnostics = diagnostics.freeze
    end
  end

  # A request that is refused, by its form or while deciding. What says nothing is nil.
  class RequestError < Error
    # @return [String] what was found, and what was expected
    attr_reader :text
    # @return [String, nil] "R0904"; docs/errors.md explains each
    attr_reader :code
    # @return [String, nil] "/lines/0/unit_price", where JSON was read
    attr_reader :pointer
    # @return [Integer, nil] index of the line, from 0
    attr_reader :line
    # @return [String, nil] the fact that it is about
    attr_reader :fact
    # @return [String, nil] the rule or fee that could not be worked out
    attr_reader :rule

    def initialize(text, code: nil, pointer: nil, line: nil, fact: nil, rule: nil)
      where = pointer ? " at #{pointer}" : line && " in line #{line}"
      super(code ? "#{code}#{where}: #{text}" : text)
      @text = text
      @code = code
      @pointer = pointer
      @line = line
      @fact = fact
      @rule = rule
    end

    def deconstruct_keys(_keys) = { text: text, code: code, pointer: pointer, line: line, fact: fact, rule: rule }
  end
end
