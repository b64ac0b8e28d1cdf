# frozen_string_literal: true

# As much of Solidus' models as a validator of return items sees, in plain Ruby, so that the example runs without Rails.
module Spree
  Product = Struct.new(:name, :final_sale, keyword_init: true)
  Variant = Struct.new(:product, keyword_init: true)
  Order = Struct.new(:number, :completed_at, keyword_init: true)
  LineItem = Struct.new(:price, keyword_init: true)
  Shipment = Struct.new(:shipped_at, keyword_init: true)
  InventoryUnit = Struct.new(:id, :order, :variant, :line_item, :shipment, keyword_init: true)
  ReturnReason = Struct.new(:name, keyword_init: true)
  ReturnAuthorization = Struct.new(:created_at, keyword_init: true)

  # One unit that comes back. As in Solidus, receiving it asks the validator: accepted, in need of a person, or rejected.
  ReturnItem = Struct.new(:inventory_unit, :return_authorization, :return_reason, :amount, :exchange_variant, :resellable,
                          :reception_status, :acceptance_status, :acceptance_status_errors, keyword_init: true) do
    class << self
      attr_accessor :return_eligibility_validator
    end

    def initialize(**)
      super
      self.reception_status ||= "awaiting"
      self.acceptance_status ||= "pending"
    end

    def exchange_requested? = !exchange_variant.nil?

    def receive!(resellable:)
      self.resellable = resellable
      self.reception_status = "received"
      attempt_accept
    end

    def attempt_accept
      validator = self.class.return_eligibility_validator.new(self)
      self.acceptance_status =
        if validator.eligible_for_return? then "accepted"
        elsif validator.requires_manual_intervention? then "manual_intervention_required"
        else "rejected"
        end
      self.acceptance_status_errors = validator.errors
    end
  end
end
