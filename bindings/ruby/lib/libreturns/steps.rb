# frozen_string_literal: true

require "date"
require "json"
require_relative "library"
require_relative "value"

module Libreturns
  # A step of the workflow. `state` is :due, :waiting, :skipped (which counts as done for those after it), :done or :overdue;
  # `date` is by when, where that is known; `reasons` are the steps or facts that it waits for, or the conditions for which it
  # is skipped; `facts` are those that it supplies.
  Step = Value.define(:name, :by, :state, :date, :reasons, :facts) do
    def to_s
      reasons = ": #{self.reasons.join(", ")}" unless self.reasons.empty?
      "#{name}#{" by #{by}" unless by.empty?}#{" until #{date}" if date} is #{state}#{reasons}"
    end
  end

  # What the policy's workflow says is to be done now.
  # @api private
  module Steps
    class << self
      # policy, request: objects of C
      def of(policy, request)
        steps = Library.made(:steps, nil)
        status = Library.returns_steps_evaluate(policy, request, steps)
        fail_with(steps) if status == Library::REQUEST
        Library.check(status)
        json = Library.utf8(Library.bytes { |out, size| Library.returns_steps_json(steps, out, size) })
        JSON.parse(json, freeze: true)["steps"].map { |item| step(item) }.freeze
      end

      private

      def fail_with(steps)
        text = Library.utf8(Library.returns_steps_error(steps))
        raise RequestError.new(text, code: Library.utf8(Library.returns_steps_error_code(steps)))
      end

      def step(item)
        date = item["no_later_than"]
        reasons = item["waits_for_steps"] + item["waits_for_facts"] + item["unmet"]
        Step.read(item, name: item["step"], state: item["state"].to_sym, date: date && Date.iso8601(date),
                        reasons: reasons.freeze, facts: item["supplies"].map(&:to_sym).freeze)
      end
    end
  end
end
