"""Messages are appended and nothing else: the database refuses every other change. Only an author may be forgotten."""

from django.db import migrations

STAY = """
create function threads_message_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.created_by_id is null
        and to_jsonb(new) - 'created_by_id' = to_jsonb(old) - 'created_by_id' then
        return new;
    end if;
    raise exception 'What was said is neither changed nor deleted.' using errcode = 'restrict_violation';
end
$$;
create trigger message_stays before update or delete on threads_message
    for each row execute function threads_message_stays();
"""
MAY_GO = """
drop trigger message_stays on threads_message;
drop function threads_message_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("threads", "0001_the_conversation")]

    operations = [migrations.RunSQL(STAY, MAY_GO)]
