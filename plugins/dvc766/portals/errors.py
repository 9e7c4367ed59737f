"""What can go wrong with a portal, said so that an operator knows the cause and the next step.

No message holds a reply's body, a query's values or a credential: only the portal, the name of the
call, the cause and what to do.
"""

from __future__ import annotations

from enum import Enum

from dvc766.failures import NeedsAPerson
from dvc766.portals.contract import Rejection


class Cause(Enum):
    """Cause and next step, in English for the log and in Vietnamese for the run's message."""

    CONNECTION = (
        "the host does not answer",
        "check the network and the address of the connection; the next run reads the same window",
        "máy chủ không trả lời",
        "kiểm tra đường mạng và địa chỉ của kết nối; lượt chạy sau sẽ đọc lại đúng khoảng này",
    )
    TIMEOUT = (
        "no whole answer in time",
        "try later; or lower page_size, or raise read_timeout or call_deadline_seconds, in the connection",
        "không nhận đủ trả lời trong thời gian chờ",
        "chạy lại sau; hoặc giảm page_size, hoặc tăng read_timeout hay call_deadline_seconds của kết nối",
    )
    CERTIFICATE = (
        "the host's TLS certificate is not trusted",
        "set ca_bundle in the connection to the authority's certificate; checks are never turned off",
        "chứng thư TLS của máy chủ không được tin cậy",
        "khai báo ca_bundle của kết nối là chứng thư của nơi cấp; không bao giờ tắt việc kiểm tra",
    )
    TLS = (
        "the TLS connection broke off",
        "try later; check the network, and what stands between, such as a proxy",
        "kết nối TLS bị ngắt giữa chừng",
        "chạy lại sau; kiểm tra đường mạng và thiết bị trung gian như proxy",
    )
    PROXY = (
        "the proxy does not let the call through",
        "check the extra proxy of the connection: its address, login and password",
        "proxy không cho lời gọi đi qua",
        "kiểm tra mục proxy của kết nối: địa chỉ, tên đăng nhập và mật khẩu",
    )
    BUSY = (
        "the portal is overloaded or under maintenance",
        "try later; lower parallel or raise pause_seconds in the connection if it happens often",
        "cổng quá tải hoặc đang bảo trì",
        "chạy lại sau; giảm parallel hoặc tăng pause_seconds của kết nối nếu lặp lại nhiều lần",
    )
    WAIT_TOO_LONG = (
        "the portal asks to wait longer than a run may",
        "run again after that time",
        "cổng yêu cầu chờ lâu hơn một lượt chạy cho phép",
        "chạy lại sau thời gian đó",
    )
    NOT_JSON = (
        "the reply is not JSON (a firewall or log-in page?)",
        "ask the portal's operator whether this address may call",
        "trả lời không phải JSON (trang tường lửa hoặc đăng nhập?)",
        "hỏi đơn vị vận hành cổng xem địa chỉ máy này có được phép gọi không",
    )
    CREDENTIALS = (
        "the portal does not accept the credentials",
        "check login and password of the connection",
        "cổng không chấp nhận thông tin đăng nhập",
        "kiểm tra tên đăng nhập và mật khẩu của kết nối",
    )
    TOKEN = (
        "the portal gives tokens and then refuses them",
        "try later; if it lasts, ask the portal's operator whether the account may make this call",
        "cổng cấp mã truy cập nhưng lại từ chối chính mã đó",
        "chạy lại sau; nếu còn lặp lại, hỏi đơn vị vận hành cổng xem tài khoản có quyền gọi không",
    )
    SESSION = (
        "the session ended again right after a new log-in",
        "check whether somebody else uses the same account",
        "phiên làm việc lại hết hạn ngay sau khi đăng nhập",
        "kiểm tra xem tài khoản có đang được dùng ở nơi khác không",
    )
    ERROR_INSIDE = (
        "the portal reports an error inside its reply",
        "try later; ask the portal's operator if it lasts",
        "cổng báo lỗi bên trong trả lời",
        "chạy lại sau; hỏi đơn vị vận hành cổng nếu còn lặp lại",
    )
    FORBIDDEN = (
        "the portal refuses the call",
        "ask the portal's operator for access to it",
        "cổng từ chối lời gọi",
        "đề nghị đơn vị vận hành cổng cấp quyền",
    )
    CONTRACT = (
        "the reply is not what the interface describes",
        "compare the portal's present interface with the fields and paths of this portal's module",
        "trả lời không đúng với mô tả giao tiếp",
        "đối chiếu giao tiếp hiện tại của cổng với các trường và đường dẫn đã khai báo",
    )
    WINDOW = (
        "a record from outside the asked span of time: the portal does not obey this parameter",
        "ask the portal's operator for its name and meaning, and correct it in this portal's module",
        "có bản ghi nằm ngoài khoảng thời gian đã hỏi: cổng không thực hiện tham số này",
        "hỏi đơn vị vận hành cổng tên và ý nghĩa đúng của tham số, rồi sửa trong mô-đun của cổng này",
    )
    ORDER = (
        "the records are not in the asked order: the portal does not obey this parameter",
        "ask the portal's operator for its name and values, and correct it in this portal's module",
        "các bản ghi không theo thứ tự đã hỏi: cổng không thực hiện tham số này",
        "hỏi đơn vị vận hành cổng tên và giá trị đúng của tham số, rồi sửa trong mô-đun của cổng này",
    )
    PART = (
        "the reply is only a part, even for a single record",
        "ask the portal's operator how the whole is asked for, and correct the call in this portal's module",
        "trả lời chỉ là một phần, kể cả khi chỉ hỏi một bản ghi",
        "hỏi đơn vị vận hành cổng cách hỏi để nhận đủ, rồi sửa lời gọi trong mô-đun của cổng này",
    )
    ENDLESS = (
        "the list does not end: far more pages come than its own total needs",
        "show the call to the portal's operator; nothing of this reading is taken",
        "danh sách không kết thúc: số trang vượt xa tổng số mà cổng khai",
        "báo đơn vị vận hành cổng về lời gọi này; không có gì của lần đọc này được nhận",
    )
    PROVINCE = (
        "the list of departments does not name the province",
        "check province_code of the connection",
        "danh sách đơn vị không có tỉnh đã khai báo",
        "kiểm tra province_code của kết nối",
    )
    REDIRECT = (
        "the portal redirects to another address",
        "check the address of the connection",
        "cổng chuyển hướng sang địa chỉ khác",
        "kiểm tra địa chỉ của kết nối",
    )
    TOO_LARGE = (
        "the reply is larger than any page may be",
        "lower page_size in the connection",
        "trả lời lớn hơn mức cho phép của một trang",
        "giảm page_size của kết nối",
    )
    SYNTHETIC = (
        "this is the simulator, but the connection says it is a real portal",
        "check the address; for the simulator set the extra synthetic to true, with a database of its own",
        "đây là cổng mô phỏng, nhưng kết nối khai báo là cổng thật",
        "kiểm tra địa chỉ; nếu dùng cổng mô phỏng, đặt synthetic là true và dùng một cơ sở dữ liệu riêng",
    )
    QUOTA = (
        "the day's quota of calls is used up",
        "run again tomorrow, or ask for a larger quota",
        "đã hết hạn mức số lần gọi trong ngày",
        "chạy lại vào ngày mai, hoặc đề nghị tăng hạn mức",
    )


class PortalError(Exception):
    """A call failed. `message_vi` says the same in Vietnamese."""

    def __init__(self, portal: str, call: str, cause: Cause, *, status: int | None = None) -> None:
        self.portal = portal
        self.call = call
        self.cause = cause
        self.status = status
        english, step, vietnamese, step_vi = cause.value
        told = f" (HTTP {status})" if status is not None else ""
        self.problem = f"{portal}: {call}: {english}{told}"  # without the next step, for a line that comes often
        super().__init__(f"{self.problem}. Next step: {step}.")
        self.message_vi = f"{portal}: {call}: {vietnamese}{told}. Cần làm: {step_vi}."

    def __reduce__(self) -> tuple[object, ...]:
        return (_again, (type(self), self.portal, self.call, self.cause, self.status))


def _again(kind: type[PortalError], portal: str, call: str, cause: Cause, status: int | None) -> PortalError:
    return kind(portal, call, cause, status=status)


class PortalUnavailable(PortalError):
    """The portal cannot answer now; the same run may succeed later."""


class PortalRefused(PortalError, NeedsAPerson):
    """The portal will not answer until somebody changes something."""


class RecordRejected(Exception):
    """One record cannot be taken; `rejection` says why."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(f"{rejection.field}: {rejection.reason}")
        self.rejection = rejection
