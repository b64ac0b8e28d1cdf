# frozen_string_literal: true

require_relative "compiler"
require_relative "decision"
require_relative "encoder"
require_relative "library"
require_relative "request"
require_relative "steps"

module Libreturns
  # A declared fact. `of` is :line, :request, or :fact for one that is per value of another; `values` are those of a choice or
  # set.
  Fact = Value.define(:name, :type, :of, :values)

  # A compiled policy. It does not change: share it between threads, use it after fork, marshal it (by its block).
  #
  # Each evaluation takes a batch (the library's request, decision and output) from the policy's pool, or makes one, and has it
  # alone.
  class Policy
    TYPES = %i[unknown flag choice set text count decimal percent money date instant days months hours].freeze
    SCOPES = %i[line request fact].freeze
    DRAWINGS = { text: 1, dot: 2, mermaid: 3, json: 4 }.freeze
    # Longer texts are decided while other threads run.
    LONG = 1 << 16
    OMITTED = Object.new.freeze
    private_constant :TYPES, :SCOPES, :DRAWINGS, :LONG, :OMITTED

    # One evaluation at a time, and where C leaves its answer.
    class Batch
      def initialize(policy)
        @pointer = Library.made(:batch, policy)
        @text = FFI::MemoryPointer.new(:pointer)
        @size = FFI::MemoryPointer.new(:size_t)
      end

      def text(text, options)
        size = text.bytesize
        return answer(Library.returns_batch_text(@pointer, text, size, options, @text, @size)) if size < LONG

        answer(Library.blocking(@pointer) { Library.returns_batch_text_long(@pointer, text, size, options, @text, @size) })
      end

      def request(request, options) = answer(Library.returns_batch_request(@pointer, request, options, @text, @size))

      def lines(lines, options)
        size = lines.bytesize
        answer(Library.blocking(@pointer) { Library.returns_batch_lines(@pointer, lines, size, options, @text, @size, nil) })
      end

      private

      def answer(status)
        Library.check(status)
        @text.read_pointer.read_bytes(@size.read(:size_t))
      end
    end
    private_constant :Batch

    class << self
      # Compiles the text of a policy, or the file at `path:` with the files beside it that `use:` and `floor:` ask for.
      #
      # @param text [String, nil]
      # @param path [String, Pathname, nil]
      # @param sources [Hash{String=>String}] more files, by the names that the policy uses
      # @param name [String] what a text is called in messages and traces
      # @return [Policy]
      # @raise [PolicyError] with all findings
      def compile(text = nil, path: nil, sources: {}, name: "policy.yaml") = new(*Compiler.compile(text, path, sources, name))

      # The policy of a block.
      #
      # @param block [String] what {Policy#block} gave
      # @return [Policy]
      # @raise [PolicyError] for bytes that are none, were altered, or are of another format
      def load(block)
        raise TypeError, "a block is a String, not #{block.class}" unless block.is_a?(String)

        pointer = Library.out do |out|
          status = Library.returns_policy_load(nil, block, block.bytesize, out)
          raise PolicyError, Library.status_text(status) if [Library::BLOCK, Library::VERSION].include?(status)

          Library.check(status)
        end
        new(Library.owned(pointer, :returns_policy_free), [].freeze)
      end

      # @api private
      alias _load load

      private :new
    end

    # @return [Array<Diagnostic>] what is no error, but odd
    attr_reader :warnings

    def initialize(handle, warnings)
      @handle = handle
      @warnings = warnings
      @pool = Queue.new
    end

    # @return [String] the policy as bytes: to save, send, or load again in microseconds
    def block = Library.bytes { |out, size| Library.returns_policy_block(handle, out, size) }

    # @api private
    def _dump(_level) = block

    # @return [String]
    def name = Library.utf8(Library.returns_policy_name(handle))

    # @return [String]
    def revision = Library.utf8(Library.returns_policy_revision(handle))

    # @return [String]
    def title = Library.utf8(Library.returns_policy_title(handle))

    # @return [String] "" for a policy without money
    def currency = Library.utf8(Library.returns_policy_currency(handle))

    # @return [Integer] digits of the currency's minor unit
    def minor_digits = Library.returns_policy_minor_digits(handle)

    # @return [String] SHA-256 of the sources
    def digest = Library.utf8(Library.returns_policy_digest(handle))

    # @return [Hash{Symbol=>Fact}] the declared facts, in order
    def facts
      policy = handle
      @facts ||= (0...Library.returns_policy_fact_count(policy)).to_h { |index| read_fact(policy, index) }.freeze
    end

    # @return [Array<String>] names of the rules, in order; the last resort is not among them
    def rules
      policy = handle
      names = (0...Library.returns_policy_rule_count(policy)).map { |index| Library.returns_policy_rule_name(policy, index) }
      names.map { |name| Library.utf8(name) }.freeze
    end

    # @return [String, nil] the text of a reason code (fr-CA falls back to fr, then to the first)
    def message(code, locale)
      Library.utf8(Library.returns_policy_message(handle, Library.name(code, "a code"), Library.name(locale, "a locale")))
    end

    # @param drawing [Symbol] :text, :dot, :mermaid or :json
    # @return [String] the decision tree
    def tree(drawing = :text)
      kind = DRAWINGS[drawing] or raise ArgumentError, "a drawing is one of #{DRAWINGS.keys.inspect}, not #{drawing.inspect}"
      policy = handle
      size = FFI::MemoryPointer.new(:size_t)
      text = Library.out do |out|
        Library.check(Library.blocking(policy) { Library.returns_policy_tree(policy, kind, out, size) })
      end
      Library.utf8(text.read_bytes(size.read(:size_t)))
    ensure
      Library.returns_text_free(policy, text, size.read(:size_t)) if text
    end

    # Decides a request. A missing fact is no error: the answer is undecided, and says what it needs.
    #
    #   policy.evaluate({ "channel" => "portal", "lines" => [] })
    #   policy.evaluate(channel: :portal, lines: [])
    #   policy.evaluate('{"channel":"portal","lines":[]}', trace: :full)
    #
    # @param request [Hash, String, Request] facts by name, JSON text, or a kept request of this policy
    # @param trace [Symbol, nil] nil, :path (rules that decided) or :full
    # @param facts the request, as keywords; a fact called `trace` can only be in a Hash
    # @return [Decision]
    # @raise [RequestError] for a request that is refused
    # @raise [TypeError] for a value of Ruby that cannot be meant, such as a Float
    def evaluate(request = OMITTED, trace: nil, **facts)
      request = one_of(request, facts)
      options = options_of(trace)
      bytes =
        if request.is_a?(Request)
          with_batch { |batch| batch.request(request.handle, options) }
        else
          text = encoded(request).dup # another thread may change the caller's while C reads it
          with_batch { |batch| batch.text(text, options) }
        end
      outcome = Decision.outcome(bytes)
      raise outcome if outcome.is_a?(RequestError)

      outcome
    end

    # Decides many, with one call into C for each chunk; lazily, in order. A refused request gives its RequestError, and the run
    # goes on.
    #
    # @param requests [Enumerable<Hash, String>]
    # @param chunk [Integer] how many requests cross together
    # @yieldparam outcome [Decision, RequestError]
    # @return [Enumerator, self] an Enumerator without a block
    def evaluate_many(requests, chunk: 1000, trace: nil, &block)
      raise TypeError, "requests are an Enumerable, not #{requests.class}" unless requests.respond_to?(:each_slice)
      raise ArgumentError, "a chunk holds at least one request" unless chunk.is_a?(Integer) && chunk.positive?

      handle
      options = options_of(trace)
      return enum_for(:evaluate_many, requests, chunk: chunk, trace: trace) unless block

      requests.each_slice(chunk) { |slice| evaluate_chunk(slice, options, &block) }
      self
    end

    # The steps of the workflow in its order, each with what it is at, given the facts and the steps that are done; none without
    # a workflow. Against which day a step is overdue the request says, by `as_of`.
    #
    # @param request [Hash, String, Request]
    # @param facts the request, as keywords
    # @return [Array<Step>]
    # @raise [RequestError] for a request that is refused
    def steps(request = OMITTED, **facts)
      request = one_of(request, facts)
      kept = request.is_a?(Request) ? request : self.request.read(encoded(request))
      Steps.of(handle, kept.handle)
    end

    # @param request [Hash, String]
    # @return [String] the request as JSON text, to keep beside its answer: evaluating it again gives the same
    def encode(request) = encoded(request).scrub

    # @return [Request] an empty request for this policy
    def request = Request.send(:new, self, handle, encoder)

    # Lets go of the policy. Evaluations that other threads are in go on; decisions and requests stay good.
    def close
      @handle = nil
      @pool.clear
    end

    def closed? = @handle.nil?

    def inspect
      return "#<#{self.class}, closed>" if closed?

      "#<#{self.class} #{"#{name} #{revision}".strip}: #{rules.size} rules, #{facts.size} facts>"
    end

    private

    def handle = @handle || raise(Error, "the policy is closed")

    def one_of(request, facts)
      raise ArgumentError, "a request is given as an argument or as keywords" if request.equal?(OMITTED) == facts.empty?

      request.equal?(OMITTED) ? facts : request
    end

    def encoder = @encoder ||= Encoder.new(facts)

    # A request as text; a text as it is.
    def encoded(request)
      handle
      text = String.try_convert(request)
      return Library.text(text) if text

      hash = Hash.try_convert(request) or raise TypeError, "a request is a Hash, JSON text or a Request, not #{request.class}"
      encoder.request(hash)
    end

    def with_batch
      policy = handle
      batch = take || Batch.new(policy)
      yield batch
    ensure
      @pool << batch if batch && @handle
    end

    def take
      @pool.pop(true) unless @pool.empty?
    rescue ThreadError # another thread was faster
      nil
    end

    # A line feed in JSON is white space or a fault; a carriage return is the same, and ends no line.
    def evaluate_chunk(slice, options, &block)
      lines = slice.each_with_object(String.new) do |request, out|
        text = encoded(request).b
        out << (text.include?("\n") ? text.tr("\n", "\r") : text) << "\n"
      end
      with_batch { |batch| batch.lines(lines, options) }.each_line("\n") { |line| block.call(Decision.outcome(line)) }
    end

    # struct returns_options: its size, and enum returns_trace.
    OPTIONS = {
      nil => nil, none: nil,
      path: FFI::MemoryPointer.new(:uint32, 2).write_array_of_uint32([8, 1]),
      full: FFI::MemoryPointer.new(:uint32, 2).write_array_of_uint32([8, 2])
    }.freeze
    private_constant :OPTIONS

    def options_of(trace)
      OPTIONS.fetch(trace) { raise ArgumentError, "trace is nil, :path or :full, not #{trace.inspect}" }
    end

    def read_fact(policy, index)
      name = Library.utf8(Library.returns_policy_fact_name(policy, index)).to_sym
      count = Library.returns_policy_value_count(policy, index)
      values = Array.new(count) { |value| Library.utf8(Library.returns_policy_value_name(policy, index, value)) }
      [name, Fact.new(name: name, type: TYPES[Library.returns_policy_fact_type(policy, index)],
                      of: SCOPES[Library.returns_policy_fact_scope(policy, index)], values: values.freeze)]
    end
  end
end
