# SPDX-License-Identifier: AGPL-3.0-or-later
import importlib.machinery
import importlib.util
import pathlib

TOOL = pathlib.Path(__file__).resolve().parent.parent / "fuzz"
loader = importlib.machinery.SourceFileLoader("fuzz", str(TOOL))
fuzz = importlib.util.module_from_spec(importlib.util.spec_from_loader("fuzz", loader))
loader.exec_module(fuzz)

PROGRESS = "".join(f"#{n}\tREDUCE cov: 1 ft: 2 corp: 3/4b\n\tNEW_FUNC[1/1]: 0x5 in holdfast::f()\n" for n in range(200))
TAIL = """MS: 1 ChangeBit-; base unit: 12
0x41,0x42,
AB
artifact_prefix='/f/x-'; Test unit written to /f/x-crash-1
Base64: QUI=
stat::number_of_executed_units: 5
"""


def test_an_address_report_comes_whole_and_without_progress():
    report = fuzz.report_of(PROGRESS + "==7==ERROR: AddressSanitizer: heap-use-after-free\n    #0 0x1 in f a.cpp:3\n" + TAIL)
    assert report.startswith("==7==ERROR: AddressSanitizer")
    assert "#0 0x1 in f a.cpp:3" in report and "/f/x-crash-1" in report
    assert "REDUCE" not in report and "0x41,0x42" not in report and "Base64" not in report and "stat::" not in report


def test_undefined_behaviour_and_signals_are_reports_too():
    undefined = "/a.cpp:3:7: runtime error: negation of -2147483648 cannot be represented\n"
    assert fuzz.report_of(PROGRESS + undefined + TAIL).startswith(undefined)
    assert fuzz.report_of(PROGRESS + "==7== ERROR: libFuzzer: deadly signal\n" + TAIL).startswith("==7== ERROR: libFuzzer")


def test_what_nobody_knows_is_shown_by_its_end():
    assert fuzz.report_of(PROGRESS + "killed").endswith("killed")
