"""Ticket shops at work through pretix's own REST API: pretix_shop.py fill | ROUNDS. Run with pretix's settings, see load-pretix.sh.

`fill` makes two organizers with their events, a few orders each by the API, and as many more beside them in SQL.
"""

import collections
import json
import logging
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretix.settings")
import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils.timezone import now  # noqa: E402
from django_scopes import scopes_disabled  # noqa: E402
from pretix.base.models import Event, Organizer  # noqa: E402

logging.disable(logging.WARNING)
settings.ALLOWED_HOSTS = ["*"]
answers = collections.Counter()
client = Client(raise_request_exception=False)


def ask(method, path, body=None):
    extra = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
    answer = getattr(client, method.lower())(f"/api/v1/organizers/{path}", headers={"authorization": "Token token-" + path.split("/")[0]}, **extra)
    key = f"{answer.status_code} {method} " + "/".join(p for p in path.split("?")[0].split("/") if p.isalpha())
    answers[key] += 1
    if answer.status_code >= 400 and answers[key] == 1:
        print(f"pretix: {key}: {answer.content[:300]}", file=sys.stderr)
    return answer.json() if answer.headers.get("content-type", "").startswith("application/json") else None


def order(organizer, event, number):
    item = event.items.order_by("pk")[number % 3]
    position = {"item": item.pk, "variation": None, "price": "23.00", "attendee_name_parts": {"full_name": f"Visitor {number}"}, "answers": []}
    body = {
        "email": f"visitor{number}@example.com", "locale": "en", "sales_channel": "web", "status": "p" if number % 3 else "n",
        "payment_provider": "manual", "positions": [position, position],
        "invoice_address": {"company": f"Company {number}", "name_parts": {"full_name": f"Visitor {number}"}, "street": "Main Street 1", "zipcode": "12345", "city": "Berlin", "country": "DE"},
    }
    return ask("POST", f"{organizer.slug}/events/{event.slug}/orders/", body)


def more(table, count, **values):
    """Rows like the last one of a table, `count` more; values are SQL in which `i` counts and `row` is that one."""
    with connection.cursor() as cursor:
        cursor.execute("select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped and attname <> 'id'", [table])
        columns = [name for (name,) in cursor.fetchall()]
        picked = ", ".join(values.get(c, f'r."{c}"') for c in columns)
        names = ", ".join(f'"{c}"' for c in columns)
        cursor.execute(f"insert into {table} ({names}) select {picked} from (select * from {table} order by id desc limit 1) r, generate_series(1, {count}) i")


def fill():
    with scopes_disabled():
        for slug in ("alpha", "beta"):
            organizer = Organizer.objects.create(name=slug, slug=slug)
            team = organizer.teams.create(name="all", all_events=True, all_event_permissions=True, all_organizer_permissions=True)
            team.tokens.create(name="api", token=f"token-{slug}")
            for n in range(10):
                event = Event.objects.create(organizer=organizer, name=f"Event {n}", slug=f"e{n}", date_from=now(), currency="EUR", live=True, plugins="pretix.plugins.banktransfer,pretix.plugins.manualpayment")
                event.settings.timezone = "UTC"
                quota = event.quotas.create(name="all", size=None)
                for k in range(3):
                    quota.items.add(event.items.create(name=f"Ticket {k}", default_price=23))
                event.checkin_lists.create(name="Door", all_products=True)
                event.vouchers.create(code=f"{slug}{n}VOUCHER", item=event.items.first())
                event.questions.create(question="Name of the dog?", type="S", required=False)
                for number in range(2):
                    order(organizer, event, number)
    with connection.cursor() as cursor:
        cursor.execute("""create temp table shop as select e.id as event, e.organizer_id as organizer, row_number() over (order by e.id) - 1 as n,
                          (select min(i.id) from pretixbase_item i where i.event_id = e.id) as item,
                          (select min(c.id) from pretixbase_checkinlist c where c.event_id = e.id) as list,
                          (select min(q.id) from pretixbase_question q where q.event_id = e.id) as question,
                          (select min(s.id) from pretixbase_saleschannel s where s.organizer_id = e.organizer_id and s.identifier = 'web') as channel
                          from pretixbase_event e""")
        cursor.execute("select coalesce(max(id), 0) from pretixbase_order")
        last = cursor.fetchone()[0]
        cursor.execute("select coalesce(max(id), 0) from pretixbase_orderposition")
        last_position = cursor.fetchone()[0]
    of = lambda column, i="i": f"(select {column} from shop where n = ({i}) %% 20)".replace("%%", "%")
    many = 40_000
    age = "now() - ({n} - i) * interval '5 minutes'".format(n=many)
    more("pretixbase_order", many, code="'X' || upper(to_hex(i + 1000000))", status="(array['p','p','p','n','c','e'])[1 + (i / 20) % 6]", email="'visitor' || i % 15000 || '@example.com'",
         secret="md5(i::text || 'o')", internal_secret="md5(i::text || 'i')", datetime=age, last_modified=age, expires="now() + (i % 20 - 10) * interval '1 day'", event_id=of("event"), organizer_id=of("organizer"), sales_channel_id=of("channel"), total="46 + i % 50")
    with connection.cursor() as cursor:
        cursor.execute("select max(id) from pretixbase_order")
        last = cursor.fetchone()[0] - many
    more("pretixbase_orderposition", 2 * many, order_id=f"{last} + (i + 1) / 2", positionid="1 + i % 2", secret="md5(i::text || 'p')", web_secret="md5(i::text || 'w')", pseudonymization_id="upper(to_hex(i + 5000000))",
         attendee_name_cached="'Visitor ' || i % 20000", attendee_email="case when i % 3 = 0 then 'attendee' || i || '@example.com' end",
         item_id=of("item", "(i + 1) / 2") + " + i % 3", organizer_id=of("organizer", "(i + 1) / 2"))
    with connection.cursor() as cursor:
        cursor.execute("select max(id) from pretixbase_orderposition")
        last_position = cursor.fetchone()[0] - 2 * many
    more("pretixbase_orderpayment", many, order_id=f"{last} + i", state="(array['confirmed','confirmed','created','pending'])[1 + i % 4]", created=age, provider="'manual'")
    more("pretixbase_transaction", 2 * many, order_id=f"{last} + (i + 1) / 2", item_id=of("item", "(i + 1) / 2") + " + i % 3", created="now() - i * interval '2 minutes'", datetime="now() - i * interval '2 minutes'")
    more("pretixbase_invoiceaddress", many, order_id=f"{last} + i", company="'Company ' || i % 9000", name_cached="'Visitor ' || i")
    more("pretixbase_logentry", 3 * many, object_id=f"{last} + (i + 2) / 3", datetime="now() - i * interval '1 minute'", event_id=of("event", "(i + 2) / 3"), organizer_link_id=of("organizer", "(i + 2) / 3"),
         action_type="(array['pretix.event.order.placed','pretix.event.order.paid','pretix.event.order.modified'])[1 + i % 3]", content_type_id="(select id from django_content_type where app_label = 'pretixbase' and model = 'order')")
    more("pretixbase_voucher", 10_000, code="'V' || upper(to_hex(i + 1000000))", event_id=of("event"), item_id=of("item"), tag="'tag' || i % 50", redeemed="i % 2", created="now() - i * interval '1 hour'")
    ask("POST", "beta/events/e9/checkinlists/%d/positions/%d/redeem/" % (one("list"), one("pos")), {"force": True, "ignore_unpaid": True})
    more("pretixbase_checkin", many, position_id=f"{last_position} + 2 * i - (i + 1) % 2", list_id=of("list"), datetime="now() - i * interval '10 seconds'", created="now() - i * interval '10 seconds'", nonce="null")
    with scopes_disabled():
        answer = Event.objects.last().questions.first().answers.create(orderposition_id=one("pos"), answer="Rex")
        answer.pk and more("pretixbase_questionanswer", 20_000, orderposition_id=f"{last_position} + 3 * i", question_id=of("question", "(3 * i + 1) / 2"), answer="'Dog ' || i % 500")
        event = Event.objects.last()
        event.waitinglistentries.create(email="w@example.com", item=event.items.first(), locale="en", name_parts={})
    more("pretixbase_waitinglistentry", 10_000, event_id=of("event"), item_id=of("item"), email="'waiting' || i || '@example.com'", created="now() - i * interval '1 hour'")


def one(what):
    sql = {
        "list": "select max(l.id) from pretixbase_checkinlist l join pretixbase_event e on e.id = l.event_id where e.slug = 'e9' and e.organizer_id = (select max(id) from pretixbase_organizer)",
        "pos": "select max(p.id) from pretixbase_orderposition p join pretixbase_order o on o.id = p.order_id join pretixbase_event e on e.id = o.event_id where e.slug = 'e9' and o.organizer_id = (select max(id) from pretixbase_organizer)",
    }[what]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def work(rounds):
    with scopes_disabled():
        shops = [(o, list(o.events.order_by("pk"))) for o in Organizer.objects.order_by("pk")]
    for i in range(rounds):
        organizer, events = shops[i % 2]
        event = events[i % 10]
        at = f"{organizer.slug}/events/{event.slug}"
        with connection.cursor() as cursor:
            cursor.execute("select code, id from pretixbase_order where event_id = %s and id %% 7 = %s order by id desc limit 40", [event.pk, i % 7])
            code, pk = cursor.fetchall()[i % 40]
            cursor.execute("select id, secret from pretixbase_orderposition where order_id = %s limit 1", [pk])
            position, secret = cursor.fetchone()
        with scopes_disabled():
            the_list = event.checkin_lists.first().pk
            if i % 4 == 0:
                order(organizer, event, i)
        ask("GET", f"{at}/orders/{code}/")
        if i % 2 == 0:
            ask("POST", f"{at}/checkinlists/{the_list}/positions/{position}/redeem/", {"ignore_unpaid": True})
            ask("GET", f"{at}/checkinlists/{the_list}/positions/?secret={secret}")
        if i % 5 == 1:
            ask("GET", f"{at}/orders/?status=n&ordering=-datetime")
            ask("GET", f"{at}/orders/?email=visitor{i * 31 % 15000}@example.com")
        if i % 5 == 2:
            ask("GET", f"{at}/orderpositions/?order={code}")
            ask("GET", f"{at}/orders/{code}/payments/")
            ask("GET", f"{at}/orders/{code}/refunds/")
        if i % 10 == 3:
            ask("GET", f"{at}/orders/?search=Visitor%20{i * 17}")
            ask("GET", f"{organizer.slug}/orders/?code={code}")
        if i % 10 == 4:
            ask("GET", f"{at}/orderpositions/?secret={secret}")
            ask("GET", f"{at}/checkinlists/{the_list}/status/")
        if i % 10 == 5:
            ask("GET", f"{at}/transactions/?order={code}")
            ask("GET", f"{at}/vouchers/?tag=tag{i % 50}")
            ask("GET", f"{at}/waitinglistentries/")
        if i % 10 == 6:
            ask("GET", f"{at}/quotas/?with_availability=true")
            ask("GET", f"{at}/items/")
        if i % 10 == 7:
            ask("GET", f"{at}/invoices/?order={code}")
            ask("GET", f"{at}/checkins/?list={the_list}&ordering=-datetime")
        if i % 10 == 8:
            with connection.cursor() as cursor:
                cursor.execute("select code from pretixbase_order where event_id = %s and status = 'n' order by id desc limit 1", [event.pk])
                unpaid = cursor.fetchone()
            if unpaid:
                ask("POST", f"{at}/orders/{unpaid[0]}/mark_paid/", {"send_email": False})
            ask("PATCH", f"{at}/orders/{code}/", {"comment": f"round {i}"})
        if i % 20 == 9:
            ask("POST", f"{at}/orders/{code}/mark_canceled/", {"send_email": False})
            ask("GET", f"{organizer.slug}/orderpositions/?search=visitor{i}")
        if i % 20 == 19:
            ask("GET", f"{at}/orders/?modified_since=2026-01-01T00:00:00Z&ordering=last_modified")
    print(f"pretix: {sum(answers.values())} requests")


fill() if sys.argv[1] == "fill" else work(int(sys.argv[1]))
