"""What the tests of the site tell besides whether they pass."""


def pytest_terminal_summary(terminalreporter):
    reports = terminalreporter.getreports("passed")
    told = [
        value for report in reports for name, value in report.user_properties if name == "weighs"
    ]
    if told:
        heaviest = sorted(told, key=lambda one: one[1], reverse=True)[:5]
        named = ", ".join(f"{page} {weight / 1000:,.0f}" for page, weight in heaviest)
        terminalreporter.write_line(f"heaviest of {len(told)} pages, in kB without fonts: {named}")
