# frozen_string_literal: true

require "date"
require "json"
require_relative "library"
require_relative "value"

module Libreturns
  # A step of the workflow. `state` is :due, :waiting, :skipped (which counts as done for those after it), :done or :overdue; `date` is by when, where that is known; `reasons` are
  # the steps or facts that it waits for, or the conditions for which it is skipped; `facts` are those that it supplies.
  Step = Value.define(:name, :by, :state, :date, :reasons, :facts) do
    def to_s
      "#{name}#{" by #{by}" unless by.empty?}#{" until #{date}" if date} is #{state}#{": #{reasons.join(", ")}" unless reasons.empty?}"
    end
  end

  # What the policy's workflow says is to be done now.
  # @api private
  module Steps
    class << self
      # policy, request: objects of C
      def of(policy, request)
        steps = Library.owned(Library.out { |out| Library.check(Library.returns_steps_new(nil, out)) }, :returns_steps_free)
        status = Library.returns_steps_evaluate(policy, request, steps)
        if status == Library::REQUEST
          raise RequestError.new(Library.utf8(Library.returns_steps_error(steps)), code: Library.utf8(Library.returns_steps_error_code(steps)))
        end

        Library.check(status)
        json = Library.utf8(Library.bytes { |out, size| Library.returns_steps_json(steps, out, size) })
        JSON.parse(json, freeze: true)["steps"].map { |item| step(item) }.freeze
      end

      private

      def step(item)
        Step.new(name: item["step"], by: item["by"], state: item["state"].to_sym, date: item["no_later_than"] && Date.iso8601(item["no_later_than"]),
                 reasons: (item["waits_for_steps"] + item["waits_for_facts"] + item["unmet"]).freeze, facts: item["supplies"].map(&:to_sym).freeze)
      end
    end
  end
end
