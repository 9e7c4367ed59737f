"""Each thing is told once, by every channel, and no channel that is down loses one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from dvc766 import alerts
from dvc766.alerts import NobodyTold, deadman, telling
from dvc766.alerts.channels import ChannelDown, Mail
from dvc766.alerts.digest import Digest
from dvc766.alerts.finding import Question
from dvc766.settings import AlertSettings, MailServer
from tests.dvc766.alerts.installations import DAY, Installation, at
from tests.dvc766.alerts.receivers import Receiver, closed_port, mail_server, webhook

NOW = at(8)
SECRET = "T0PSECRET"


@pytest.fixture
def mail() -> Iterator[Receiver]:
    """A mail server."""
    with mail_server() as receiver:
        yield receiver


@pytest.fixture
def chat() -> Iterator[Receiver]:
    """A webhook's receiver."""
    with webhook() as receiver:
        yield receiver


@pytest.fixture(autouse=True)
def one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs that are open too long, and warnings: what these tests plant."""
    asked = {"run_open", "door_warning"}
    monkeypatch.setattr(telling, "QUESTIONS", tuple(one for one in telling.QUESTIONS if one.kinds & asked))


def by_mail(port: int, login: str = "") -> MailServer:
    return MailServer("127.0.0.1", port, False, "dvc766@example.gov.vn", ("truc@example.gov.vn",), login, SECRET)


def with_channels(here: Installation, mail: int | None = None, chat: int | None = None) -> None:
    """The installation tells by these ports."""
    url = f"http://127.0.0.1:{chat}/hook/{SECRET}" if chat else None
    own = AlertSettings(mail=by_mail(mail) if mail else None, webhook_url=url)
    here.settings = replace(here.settings, alerts=own)


def tell(here: Installation, hours: float = 0) -> alerts.Told:
    moment = NOW + timedelta(hours=hours)
    return alerts.tell_people(here.settings, now=moment, wall=moment)


def hang(here: Installation) -> int:
    """A run that nobody ends."""
    return here.run("freezing", None, DAY, "running", started_at=NOW - timedelta(hours=13), dag_run_id="scheduled__1+0")


def end(here: Installation, run: int) -> None:
    here.execute("update ops.runs set state = 'failed', finished_at = now() where run_id = %(run)s", run=run)


def subject(receiver: Receiver) -> str:
    return str(receiver.mails[-1]["Subject"])


def test_what_is_wrong_is_told_once_reminded_daily_and_said_to_be_over(
    sound: Installation, mail: Receiver, chat: Receiver
) -> None:
    with_channels(sound, mail.port, chat.port)
    assert tell(sound).channels == {"mail": "nothing new", "webhook": "nothing new"}
    run = hang(sound)
    assert tell(sound).channels == {"mail": "sent", "webhook": "sent"}
    assert subject(mail) == "[Xếp hạng 766] 1 việc mới – 11/03/2026"
    for words in (
        *(
            "VIỆC MỚI (1)",
            f"Lượt chốt tháng {run} đang mở từ 19:10 10/03/2026, quá 12 giờ.",
            "Ảnh hưởng: ",
            "Từ: 19:10",
        ),
        *("Việc cần làm: ", "Hướng dẫn: docs/runbooks/lich-khong-chay.md"),
        "Trên Airflow: http://127.0.0.1:8080/dags/freezing_dag/runs/scheduled__1%2B0",
    ):
        assert words in mail.text and words in chat.text
    assert chat.calls[-1]["opened"][0]["key"] == f"run_open/{run}"
    for hours in (1, 5, 23):
        assert tell(sound, hours).channels == {"mail": "nothing new", "webhook": "nothing new"}
    tell(sound, 24)
    assert subject(mail) == "[Xếp hạng 766] 1 còn mở – 12/03/2026"
    end(sound, run)
    tell(sound, 25)
    assert subject(mail) == "[Xếp hạng 766] 1 đã xong – 12/03/2026"
    assert "ĐÃ XONG (1)" in mail.text and "lúc 09:10 12/03/2026" in mail.text
    assert len(mail.mails) == len(chat.calls) == 3
    assert (mail.mails[0]["To"], mail.mails[0]["Auto-Submitted"]) == ("truc@example.gov.vn", "auto-generated")
    assert sound.execute("select key, resolved_at is not null from ops.alerts") == [(f"run_open/{run}", True)]


def test_a_warning_is_told_once_and_when_it_comes_again(sound: Installation, mail: Receiver) -> None:
    with_channels(sound, mail.port)
    night = sound.number("select max(run_id) from ops.runs where portal = 'provincial_portal'")
    sound.judge(night, "provincial_portal__ratings", "volume_ratio: x")
    tell(sound)
    for hours in (1, 25, 73):
        tell(sound, hours)
    assert len(mail.mails) == 1
    sound.judge(sound.read("provincial_portal", DAY), "provincial_portal__ratings", "volume_ratio: x", passed=True)
    assert tell(sound, 74).channels == {"mail": "nothing new"}
    sound.judge(sound.read("provincial_portal", DAY), "provincial_portal__ratings", "volume_ratio: x")
    tell(sound, 75)
    assert len(mail.mails) == 2 and "ĐÃ XONG (1)" in mail.text and "VIỆC MỚI (1)" in mail.text


@pytest.mark.parametrize("how", ["closed", "refuses"])
@pytest.mark.parametrize("dead", ["mail", "webhook"])
def test_a_dead_channel_is_told_by_the_other_and_tells_all_when_it_is_back(
    dead: str, how: str, sound: Installation, mail: Receiver, chat: Receiver
) -> None:
    ports = {"mail": mail.port, "webhook": chat.port}
    if how == "closed":
        ports[dead] = closed_port()
    broken, other = (mail, chat) if dead == "mail" else (chat, mail)
    broken.refuses = how == "refuses"
    with_channels(sound, ports["mail"], ports["webhook"])
    run = hang(sound)
    told = tell(sound)
    assert "sent" in told.channels.values() and told.channels[dead] != "sent"
    assert {alert.kind for alert in told.urgent} == {"run_open", "channel_down"}
    name = "thư điện tử" if dead == "mail" else "webhook"
    assert f"Kênh báo tin {name} không gửi được" in other.text and "kenh-bao-tin.md" in other.text
    assert SECRET not in other.text
    end(sound, run)
    tell(sound, 2)
    assert not broken.mails and not broken.calls
    broken.refuses = False
    with_channels(sound, mail.port, chat.port)
    assert tell(sound, 3).channels[dead] == "sent"
    assert f"Lượt chốt tháng {run}" in broken.text and "ĐÃ XONG (1)" in broken.text
    assert "ĐÃ XONG (1)" in other.text and f"Kênh báo tin {name}" in other.text
    assert SECRET not in str(sound.execute("select * from ops.alert_messages"))


def test_when_every_channel_is_dead_the_task_fails_and_nothing_is_lost(sound: Installation, mail: Receiver) -> None:
    with_channels(sound, closed_port())
    hang(sound)
    with pytest.raises(NobodyTold, match=r"mail: không gửi được tới máy chủ thư \(ConnectionRefusedError\)") as told:
        tell(sound)
    assert "docs/runbooks/kenh-bao-tin.md" in str(told.value) and SECRET not in str(told.value)
    with_channels(sound, mail.port)
    assert tell(sound, 1).channels == {"mail": "sent"}
    assert "VIỆC MỚI (1)" in mail.text


def test_without_a_channel_the_log_is_told_and_says_so(sound: Installation, caplog: pytest.LogCaptureFixture) -> None:
    hang(sound)
    with caplog.at_level(logging.WARNING):
        assert tell(sound).channels == {"log": "sent"}
    assert "VIỆC MỚI (1)" in caplog.text and "Chưa khai báo kênh báo tin nào" in caplog.text
    assert tell(sound, 1).channels == {"log": "nothing new"}


def test_a_channel_that_is_new_tells_what_is_open_and_nothing_of_the_past(sound: Installation, mail: Receiver) -> None:
    end_of_old = hang(sound)
    tell(sound)
    end(sound, end_of_old)
    tell(sound, 1)
    run = hang(sound)
    with_channels(sound, mail.port)
    tell(sound, 2)
    assert subject(mail).startswith("[Xếp hạng 766] 1 việc mới –") and f"Lượt chốt tháng {run}" in mail.text


def test_what_cannot_be_asked_is_told_and_resolves_nothing(
    sound: Installation, monkeypatch: pytest.MonkeyPatch, mail: Receiver
) -> None:
    with_channels(sound, mail.port)
    hang(sound)
    tell(sound)

    def broken(_: object) -> Iterator[object]:
        raise ValueError("Nguyễn Văn A")

    monkeypatch.setattr(telling, "QUESTIONS", (Question.of("các lượt đang mở", broken, "run_open"),))  # type: ignore[arg-type]
    told = tell(sound, 1)
    assert [alert.kind for alert in told.found] == ["question_failed"]
    assert "Không kiểm tra được các lượt đang mở: ValueError" in mail.text and "Nguyễn" not in mail.text
    assert sound.execute("select kind from ops.alerts where resolved_at is null order by 1") == [
        *[("question_failed",), ("run_open",)]
    ]


def test_mail_demands_tls_of_every_server_but_one_of_this_machine(
    mail: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MailServer, "may_do_without_tls", property(lambda _: False))
    with pytest.raises(ChannelDown, match="SMTPNotSupportedError"):
        Mail(by_mail(mail.port)).send(Digest("s", "t", {}))
    assert not mail.mails


@pytest.mark.parametrize(("planted", "status"), [(False, deadman.IN_TIME), (True, deadman.LATE)])
def test_the_dead_man_check_prints_tells_and_ends_with_a_status(
    planted: bool, status: int, sound: Installation, mail: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    with_channels(sound, mail.port)
    if planted:
        hang(sound)
    assert deadman.check(sound.settings, now=NOW) == status
    said = capsys.readouterr().out
    assert ("đều đúng hạn" in said) is not planted
    assert len(mail.mails) == planted
    assert deadman.check(sound.settings, now=NOW + timedelta(hours=1)) == status
    assert len(mail.mails) == planted


def test_the_dead_man_check_says_when_nobody_could_be_told(
    sound: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    with_channels(sound, closed_port())
    hang(sound)
    assert deadman.check(sound.settings, now=NOW) == deadman.UNASKED
    assert "Không kênh báo tin nào gửi được" in capsys.readouterr().out


def test_a_database_that_does_not_answer_is_told(
    sound: Installation, mail: Receiver, chat: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    with_channels(sound, mail.port, chat.port)
    nowhere = replace(sound.settings.warehouse, port=closed_port())
    dead = replace(sound.settings, warehouse=nowhere, clock_url=None)
    assert deadman.check(dead, now=NOW) == deadman.UNASKED
    assert "Kho dữ liệu không trả lời (OperationalError)" in capsys.readouterr().out
    for receiver in (mail, chat):
        assert "Kho dữ liệu không trả lời" in receiver.text and "docs/runbooks/kho-khong-tra-loi.md" in receiver.text


def test_a_setting_that_is_missing_is_said_without_a_traceback(
    sound: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    passwords = {role: word for role, word in sound.settings.warehouse.passwords.items() if role != "publisher"}
    warehouse = replace(sound.settings.warehouse, passwords=passwords)
    assert deadman.check(replace(sound.settings, warehouse=warehouse), now=NOW) == deadman.UNASKED
    assert "Next: give this process AIRFLOW_CONN_WAREHOUSE_PUBLISHER" in capsys.readouterr().out


def test_two_rounds_at_once_open_an_alert_and_tell_it_once(sound: Installation, mail: Receiver) -> None:
    with_channels(sound, mail.port)
    tell(sound)  # the connections are open
    hang(sound)
    with ThreadPoolExecutor(2) as both:
        told = list(both.map(lambda _: tell(sound, 1).channels["mail"], range(2)))
    assert sorted(told) == ["nothing new", "sent"]
    assert len(mail.mails) == 1
    assert sound.execute("select count(*) from ops.alerts") == [(1,)]
