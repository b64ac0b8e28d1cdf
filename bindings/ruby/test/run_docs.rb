#!/usr/bin/env ruby
# frozen_string_literal: true

# Runs the snippets of docs/ruby.md and README.md, one after the other, in the root of the sources: run_docs.rb ROOT.
#
# `expression  # => value` must come to what it says, `puts ...  # prints: text` must print it. Prints TAP, one line a snippet.

require "stringio"

# Where the snippets run: names of one are there in the next.
class Page
  Wrong = Class.new(StandardError)

  attr_reader :checked

  def initialize
    @scope = TOPLEVEL_BINDING.dup
    @checked = 0
  end

  def run(snippet)
    snippet.lines.slice_after(/ # (=>|prints:) /).each { |lines| statement(lines) }
  end

  private

  def statement(lines)
    _, mark, expected = *lines.last.match(/ # (=>|prints:) ?(.*)$/)
    output = StringIO.new
    $stdout = output
    value = @scope.eval(lines.join, "snippet")
    $stdout = STDOUT
    compare(expected, mark == "=>" ? value.inspect : output.string.chomp, lines.join) if mark
  ensure
    $stdout = STDOUT
  end

  def compare(expected, found, source)
    @checked += 1
    raise Wrong, "#{source}expected #{expected}\n   found #{found}" unless expected == found
  end
end

abort "usage: run_docs.rb ROOT" if ARGV.empty?
Dir.chdir(ARGV.first)
page = Page.new
snippets = %w[docs/ruby.md README.md].flat_map { |path| File.read(path, encoding: "UTF-8").scan(/^```ruby\n(.*?)^```/m).flatten }
failed = snippets.each.with_index(1).count do |snippet, number|
  page.run(snippet)
  puts "ok #{number} - #{snippet.lines.first}"
  false
rescue StandardError, ScriptError => e # the others are run all the same
  puts "not ok #{number} - #{snippet.lines.first}", "#{e.class}: #{e.message}".gsub(/^/, "#   ")
  true
end
puts "1..#{snippets.size}", "# #{snippets.size - failed} passed, #{failed} failed, #{page.checked} values compared"
exit(failed.zero? && page.checked.positive?)
