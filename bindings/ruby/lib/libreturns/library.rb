# frozen_string_literal: true

require "ffi"
require_relative "errors"

module Libreturns
  # Finds the C library and declares what is used of it. Nothing else talks to the loader.
  #
  # In: nothing. Out: one method for each function of C, and helpers between Ruby and C. It must not know policies, requests or
  # answers.
  # @api private
  module Library
    extend FFI::Library

    SONAME = "libreturns.so.0"
    # Where the gem carries its own copy.
    BUNDLED = File.join(__dir__, "libreturns.so")

    OK = 0
    MEMORY = 1
    ARGUMENT = 2
    POLICY = 3
    REQUEST = 4
    BLOCK = 5
    VERSION = 6
    LIMIT = 7
    # As a line or as what a fact is of: the request, no line.
    NONE = 0xFFFFFFFF

    # An older library of the same soname lacks it.
    NEWEST = "returns_steps_json"

    def self.find
      named = ENV["LIBRETURNS_LIBRARY"].to_s
      tried = []
      [
        [(BUNDLED if File.exist?(BUNDLED)), "#{BUNDLED}: there is no such file"],
        [(named unless named.empty?), "LIBRETURNS_LIBRARY: not set"],
        [SONAME, nil]
      ].each do |path, lacking|
        next tried << lacking unless path
        return path if FFI::DynamicLibrary.open(path, FFI::DynamicLibrary::RTLD_LAZY).find_function(NEWEST)

        tried << "#{path}: no libreturns, or an older one"
      rescue LoadError => e
        tried << "#{path}: #{e.message}"
      end
      raise LibraryError, tried
    end
    private_class_method :find

    ffi_lib find

    # What is used of include/returns/*.h; a test holds it to the headers. A `:buffer_in` is read during the call only.
    FUNCTIONS = {
      returns_version: [[], :string],
      returns_status_text: [[:int32], :string],
      returns_compiler_new: [%i[pointer pointer], :int32],
      returns_compiler_add_source: [%i[pointer string buffer_in size_t], :int32],
      returns_compiler_missing_source: [%i[pointer uint32 pointer], :int32],
      returns_compiler_free: [[:pointer], :void],
      returns_diagnostics_set_directory: [%i[pointer string], :int32],
      returns_diagnostics_text: [%i[pointer int32 pointer pointer], :int32],
      returns_diagnostics_json: [%i[pointer pointer pointer], :int32],
      returns_diagnostics_free: [[:pointer], :void],
      returns_policy_load: [%i[pointer buffer_in size_t pointer], :int32],
      returns_policy_block: [%i[pointer pointer pointer], :int32],
      returns_policy_free: [[:pointer], :void],
      returns_policy_name: [[:pointer], :string],
      returns_policy_revision: [[:pointer], :string],
      returns_policy_title: [[:pointer], :string],
      returns_policy_currency: [[:pointer], :string],
      returns_policy_minor_digits: [[:pointer], :uint32],
      returns_policy_digest: [[:pointer], :string],
      returns_policy_fact_count: [[:pointer], :uint32],
      returns_policy_fact_name: [%i[pointer uint32], :string],
      returns_policy_fact_type: [%i[pointer uint32], :int32],
      returns_policy_fact_scope: [%i[pointer uint32], :int32],
      returns_policy_value_count: [%i[pointer uint32], :uint32],
      returns_policy_value_name: [%i[pointer uint32 uint32], :string],
      returns_policy_rule_count: [[:pointer], :uint32],
      returns_policy_rule_name: [%i[pointer uint32], :string],
      returns_policy_message: [%i[pointer string string], :string],
      returns_text_free: [%i[pointer pointer size_t], :void],
      returns_request_new: [%i[pointer pointer], :int32],
      returns_request_clear: [[:pointer], :void],
      returns_request_free: [[:pointer], :void],
      returns_request_add_line: [%i[pointer pointer], :int32],
      returns_request_unset: [%i[pointer uint32 uint32], :int32],
      returns_request_read_json: [%i[pointer buffer_in size_t], :int32],
      returns_request_set_json: [%i[pointer uint32 buffer_in size_t], :int32],
      returns_request_digest: [%i[pointer pointer size_t], :int32],
      returns_request_error: [[:pointer], :string],
      returns_request_error_code: [[:pointer], :string],
      returns_request_error_pointer: [[:pointer], :string],
      returns_request_error_fact: [[:pointer], :string],
      returns_request_error_line: [[:pointer], :uint32],
      returns_steps_new: [%i[pointer pointer], :int32],
      returns_steps_evaluate: [%i[pointer pointer pointer], :int32],
      returns_steps_error: [[:pointer], :string],
      returns_steps_error_code: [[:pointer], :string],
      returns_steps_json: [%i[pointer pointer pointer], :int32],
      returns_steps_free: [[:pointer], :void],
      returns_batch_new: [%i[pointer pointer], :int32],
      returns_batch_text: [%i[pointer buffer_in size_t pointer pointer pointer], :int32],
      returns_batch_request: [%i[pointer pointer pointer pointer pointer], :int32],
      returns_batch_free: [[:pointer], :void]
    }.freeze

    # These take long: other threads of Ruby run meanwhile. A short call is over sooner than the lock could be had back.
    BLOCKING = {
      returns_policy_compile: [%i[pointer pointer pointer], :int32],
      returns_policy_tree: [%i[pointer int32 pointer pointer], :int32],
      returns_batch_lines: [%i[pointer buffer_in size_t pointer pointer pointer pointer], :int32]
    }.freeze

    FUNCTIONS.each { |name, (parameters, result)| attach_function(name, parameters, result) }
    BLOCKING.each { |name, (parameters, result)| attach_function(name, parameters, result, blocking: true) }
    attach_function(:returns_batch_text_long, :returns_batch_text, *FUNCTIONS[:returns_batch_text], blocking: true)

    class << self
      # An object of C that the garbage collector frees.
      def owned(pointer, free) = FFI::AutoPointer.new(pointer, method(free))

      # An object that C makes: a `returns_..._new` with these arguments, and its `returns_..._free`.
      def made(kind, *arguments)
        pointer = out { |out| check(public_send(:"returns_#{kind}_new", *arguments, out)) }
        owned(pointer, :"returns_#{kind}_free")
      end

      # What the block puts into an out parameter.
      def out
        pointer = FFI::MemoryPointer.new(:pointer)
        yield pointer
        pointer.read_pointer
      end

      # What a function writes as pointer and size, as bytes.
      def bytes
        pointer = FFI::MemoryPointer.new(:pointer)
        size = FFI::MemoryPointer.new(:size_t)
        check(yield(pointer, size))
        pointer.read_pointer.read_bytes(size.read(:size_t))
      end

      # Runs a blocking call with this object. A child that is forked meanwhile has it half way through, and must not free it.
      def blocking(pointer)
        pointer.autorelease = false
        yield
      ensure
        pointer.autorelease = true
      end

      def check(status)
        fail_with(status) unless status == OK
      end

      # Raises what a status means where nothing more is known about it.
      def fail_with(status)
        raise NoMemoryError, "libreturns: out of memory" if status == MEMORY

        raise Error, status_text(status)
      end

      def status_text(status) = utf8(returns_status_text(status))

      # A text of C's.
      def utf8(text) = text && text.force_encoding(Encoding::UTF_8).scrub

      # The bytes of a text in UTF-8. Broken ones stay so: the library refuses them, and says where.
      def text(string)
        return string if string.encoding == Encoding::UTF_8 || string.encoding == Encoding::US_ASCII

        string.encoding == Encoding::BINARY ? string.dup.force_encoding(Encoding::UTF_8) : string.encode(Encoding::UTF_8)
      rescue EncodingError => e
        raise ArgumentError, "a text in #{string.encoding} that is none: #{e.message}"
      end

      # A name for a function of C that reads up to the first NUL.
      def name(value, what)
        raise TypeError, "#{what} is a String or Symbol, not #{value.class}" unless value.is_a?(String) || value.is_a?(Symbol)
        raise ArgumentError, "#{what} holds a NUL character" if value.to_s.b.include?("\0")

        text(value.to_s)
      end
    end
  end
end
