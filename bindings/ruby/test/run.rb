#!/usr/bin/env ruby
# frozen_string_literal: true

# Runs the tests below a folder (default: this one) and prints TAP: run.rb [FOLDER] [minitest's options]. Minitest, as it
# stands, with another voice.

require "minitest"

class Tap < Minitest::AbstractReporter
  def initialize
    super
    @count = 0
    @failed = 0
  end

  def record(result)
    @count += 1
    @failed += 1 unless result.passed?
    puts "#{"not " unless result.passed?}ok #{@count} - #{result.class_name}##{result.name}"
    puts result.failures.map(&:message).join("\n").gsub(/^/, "#   ") unless result.passed?
    $stdout.flush
  end

  def report
    puts "1..#{@count}", "# #{@count - @failed} passed, #{@failed} failed"
  end

  def passed? = @failed.zero? && @count.positive?
end

Minitest.extensions << "tap"
def Minitest.plugin_tap_init(_options)
  reporter.reporters = [Tap.new]
end

require "minitest/autorun"
folder = File.directory?(ARGV.first.to_s) ? ARGV.shift : __dir__
$LOAD_PATH.unshift(__dir__)
Dir[File.join(File.expand_path(folder), "test_*.rb")].sort.each { |path| require path }
