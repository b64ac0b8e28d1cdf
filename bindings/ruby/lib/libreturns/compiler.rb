# frozen_string_literal: true

require "json"
require_relative "library"

module Libreturns
  # From text to a policy's object of C: hands the sources over, and brings the findings back.
  # @api private
  module Compiler
    class << self
      # @return [Array(FFI::AutoPointer, Array<Diagnostic>)] the policy, and warnings
      def compile(text, path, sources, name)
        directory, name, text = read(text, path, name)
        sources = Hash.try_convert(sources) or raise TypeError, "sources: a Hash from name to text"
        compiler = Library.made(:compiler, nil)
        add(compiler, name, text)
        sources.each { |other, bytes| add(compiler, other, bytes) }
        add_neighbours(compiler, directory) if directory
        compiled(compiler, directory)
      end

      private

      def read(text, path, name)
        raise ArgumentError, "a policy is compiled from its text or from `path:`" unless text.nil? ^ path.nil?

        unless path.nil?
          path = File.path(path)
          return [File.dirname(path), File.basename(path), File.binread(path)]
        end
        raise TypeError, "the text of a policy is a String, not #{text.class}" unless text.is_a?(String)
        if text.b.match?(/\A[^\n]*\.ya?ml\z/n)
          raise ArgumentError, "#{text.inspect} is the name of a file: write `path: #{text.inspect}`"
        end

        [nil, name, text]
      end

      def add(compiler, name, text)
        name = Library.name(name, "the name of a source")
        raise TypeError, "source #{name.inspect} is a String, not #{text.class}" unless text.is_a?(String)

        text = Library.text(text)
        status = Library.returns_compiler_add_source(compiler, name, text, text.bytesize)
        raise ArgumentError, "source #{name.inspect} is given twice, or its name is no text" if status == Library::ARGUMENT
        raise PolicyError, "#{name}: #{Library.status_text(status)}" if status == Library::LIMIT

        Library.check(status)
      end

      # The files that the sources ask for, as far as they are there; what is not, the compiler reports where it is asked for.
      def add_neighbours(compiler, directory)
        index = 0
        loop do
          name = Library.out { |out| Library.check(Library.returns_compiler_missing_source(compiler, index, out)) }
          return if name.null?

          name = Library.utf8(name.read_string)
          path = File.join(directory, name)
          if File.file?(path)
            add(compiler, name, File.binread(path))
          else
            index += 1
          end
        end
      end

      def compiled(compiler, directory)
        found = nil
        status = nil
        policy = Library.out do |out|
          found = Library.out do |diagnostics|
            status = Library.blocking(compiler) { Library.returns_policy_compile(compiler, out, diagnostics) }
          end
        end
        policy = Library.owned(policy, :returns_policy_free) unless policy.null?
        found = found.null? ? nil : Library.owned(found, :returns_diagnostics_free)
        findings = found ? diagnostics(found, directory) : [].freeze
        return [policy, findings] if status == Library::OK

        raise PolicyError.new(shown(found), findings) if status == Library::POLICY
        raise PolicyError.new(Library.status_text(status), findings) if status == Library::LIMIT

        Library.fail_with(status)
      end

      # With their source lines.
      def shown(found) = Library.utf8(Library.bytes { |out, size| Library.returns_diagnostics_text(found, 0, out, size) })

      def diagnostics(found, directory)
        shown = directory && directory != "." ? File.join(directory, "") : ""
        Library.check(Library.returns_diagnostics_set_directory(found, shown))
        json = Library.utf8(Library.bytes { |out, size| Library.returns_diagnostics_json(found, out, size) })
        JSON.parse(json, freeze: true).map do |item|
          related = item["related"].map { |other| Related.read(other) }
          Diagnostic.read(item, severity: item["severity"].to_sym, related: related.freeze)
        end.freeze
      end
    end
  end
end
