from prm.notices.kinds import declare

declare("earnings", "payments.paid", "payments.failed", "payments.payee_requested", "payments.payee_decided")
