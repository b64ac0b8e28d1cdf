# frozen_string_literal: true

require_relative "library"

module Libreturns
  # The facts of one return, kept for a host that asks again with a fact changed. For one thread at a time.
  #
  # After a RequestError what stood before the faulty fact is set. Made by {Policy#request}.
  class Request
    # @param policy [Policy]
    def initialize(policy, handle, encoder)
      @handle = Library.made(:request, handle)
      @facts = policy.facts
      @encoder = encoder
      @generation = 0
    end
    private_class_method :new

    # Sets facts of the request: those of a Hash, and keywords. "lines" are added.
    # @return [self]
    # @raise [RequestError] for a fact that the policy does not have, or a value that does not fit
    def set(values = {}, **facts)
      set_json(Library::NONE, @encoder.request(merged(values, facts)))
      self
    end

    # Adds a line with these facts, and `id`, the host's name for it. A line whose facts are refused is there, without them.
    # @return [RequestLine]
    def add_line(values = {}, **facts)
      text = @encoder.line(merged(values, facts))
      index = FFI::MemoryPointer.new(:uint32)
      check(Library.returns_request_add_line(handle, index))
      set_json(index.read_uint32, text)
      RequestLine.send(:new, self, index.read_uint32, @generation)
    end

    # Takes a fact of the request away again.
    # @return [self]
    def unset(name)
      unset_of(Library::NONE, name)
      self
    end

    # Forgets all facts and lines, and keeps the memory.
    # @return [self]
    def clear
      Library.returns_request_clear(handle)
      @generation += 1
      self
    end

    # @return [String] SHA-256 of the request in canonical form, as {Decision#request_digest}
    def digest
      text = FFI::MemoryPointer.new(:char, 65)
      Library.check(Library.returns_request_digest(handle, text, text.size))
      text.read_string
    end

    # Lets go of what it holds; using it raises from now on.
    def close
      @handle = nil
    end

    def closed? = @handle.nil?

    def inspect = "#<#{self.class}#{", closed" if closed?}>"

    # @api private
    def handle = @handle || raise(Error, "the request is closed")

    # The whole request.
    # @api private
    def read(text)
      check(Library.returns_request_read_json(handle, text, text.bytesize))
      self
    end

    # @api private
    def set_line(index, generation, values, facts)
      current(generation)
      set_json(index, @encoder.line(merged(values, facts)))
    end

    # @api private
    def unset_line(index, generation, name)
      current(generation)
      unset_of(index, name)
    end

    private

    def merged(values, facts)
      hash = Hash.try_convert(values) or raise TypeError, "facts are a Hash, not #{values.class}"
      facts.empty? ? hash : hash.merge(facts)
    end

    def current(generation)
      raise Error, "the request was cleared: this line is gone" unless generation == @generation
    end

    def set_json(of, text) = check(Library.returns_request_set_json(handle, of, text, text.bytesize))

    def unset_of(of, name)
      name = Library.name(name, "a fact's name")
      index = @facts.keys.index(name.to_sym) or raise RequestError.new("the policy has no fact `#{name}`", code: "R0902")
      check(Library.returns_request_unset(handle, of, index))
    end

    def check(status)
      return if status == Library::OK

      text = Library.utf8(Library.returns_request_error(handle))
      Library.fail_with(status) if [Library::MEMORY, Library::ARGUMENT].include?(status) || text.empty?
      line = Library.returns_request_error_line(handle)
      raise RequestError.new(text, code: said(:code), pointer: said(:pointer), line: (line unless line == Library::NONE),
                                   fact: said(:fact)&.to_sym)
    end

    # A part of the last error; nil where it says nothing.
    def said(part)
      text = Library.utf8(Library.public_send(:"returns_request_error_#{part}", handle))
      text unless text.empty?
    end
  end

  # A line of a {Request}, until that is cleared.
  class RequestLine
    # @return [Integer] its place among the lines, from 0
    attr_reader :index

    def initialize(request, index, generation)
      @request = request
      @index = index
      @generation = generation
      freeze
    end
    private_class_method :new

    # Sets facts of the line: those of a Hash, and keywords.
    # @return [self]
    def set(values = {}, **facts)
      @request.set_line(index, @generation, values, facts)
      self
    end

    # Takes a fact of the line away again.
    # @return [self]
    def unset(name)
      @request.unset_line(index, @generation, name)
      self
    end
  end
end
