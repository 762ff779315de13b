from prm.notices.kinds import declare

declare("earnings", "earnings.statement")
