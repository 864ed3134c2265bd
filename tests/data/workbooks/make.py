"""Makes the workbooks of this folder: once with openpyxl, and from that with LibreOffice, which writes everything in its own way.

    pip install openpyxl
    python3 make.py        # needs soffice (Debian: libreoffice-calc-nogui)

The postings are fictional.
"""

import datetime
import pathlib
import subprocess
import tempfile

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table

HERE = pathlib.Path(__file__).parent
HEADER = ["Refnr", "Stellenbezeichnung", "Online seit", "Befristet", "Gehalt", "Stellenbeschreibung", "Notiz"]
ACCOUNT = (
    "Ihre Aufgaben\nSie betreuen unsere Großkunden, verlängern Verträge, verhandeln Preise & Rabatte <jährlich>;"
    " Sie bauen „Beziehungen“ zu Kunden aus."
)
PROJECT = (
    "Sie planen Projekte, führen das Projektteam, halten Termine, Umfang und Budget im Griff und berichten"
    " dem Lenkungsausschuss."
)
COOK = "Du kochst, würzt und richtest Speisen an, bestellst Ware und hältst die Küche sauber – jeden Tag neu."


def workbook():
    book = openpyxl.Workbook()
    info = book.active
    info.title = "Info"
    info["A1"] = "Export aus dem Bewerbungssystem"
    info["A2"] = "Name"
    info["B2"] = "Stellenbörse Nord"
    sheet = book.create_sheet("Stellen")
    sheet["A1"] = "Offene Stellen"
    sheet["A1"].font = Font(bold=True, size=16)
    sheet.merge_cells("A1:G1")
    sheet["A2"] = datetime.date(2024, 1, 31)
    sheet.append([])
    rows = [
        HEADER,
        [4711, "Key Account Manager (m/w/d)", datetime.date(2024, 1, 31), True, "=4000*12", ACCOUNT, "=HYPERLINK(\"x\")"],
        ["0815", "Projektleiter (m/w/d)", datetime.datetime(2024, 2, 29, 18, 30), False, 51234.5, PROJECT, None],
        [3, "Koch", None, None, None, COOK, "verdeckt"],
        [4, "leer", None, None, "=NA()", None, "  Ränder  "],
        [],
        [5, CellRichText("Account ", TextBlock(InlineFont(b=True), "und"), " Projekt"), None, True, 0.1, ACCOUNT + "\n" + PROJECT, None],
    ]
    for number, row in enumerate(rows, start=4):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column, value)
    sheet["G5"].data_type = "s"
    sheet["B5"].comment = Comment("Rückfrage an den Fachbereich", "Redaktion")
    sheet.row_dimensions[7].hidden = True
    # Cells beyond the table that have a colour and nothing else.
    for row in range(4, 9):
        sheet.cell(row, 9).fill = PatternFill("solid", fgColor="FFFFCC")
    sheet.add_table(Table(displayName="Stellen", ref="A4:G10"))
    sheet.freeze_panes = "A5"
    numbers = book.create_sheet("Zahlen")
    for number in range(1, 6):
        numbers.append([number, number * number])
    chart = BarChart()
    chart.add_data(Reference(numbers, min_col=2, min_row=1, max_row=5))
    numbers.add_chart(chart, "D2")
    book.defined_names["Alle"] = openpyxl.workbook.defined_name.DefinedName("Alle", attr_text="Stellen!$A$4:$G$10")
    return book


def convert(source, kind, name):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", kind, "--outdir", folder, source],
            check=True,
        )
        made = [file for file in pathlib.Path(folder).iterdir() if file.is_file()]
        assert len(made) == 1, made
        (HERE / name).write_bytes(made[0].read_bytes())


workbook().save(HERE / "openpyxl.xlsx")
convert(HERE / "openpyxl.xlsx", "ods", "libreoffice.ods")
convert(HERE / "openpyxl.xlsx", "xlsx", "libreoffice.xlsx")
# Semicolons, quotes where needed, Windows-1252, cells as they are shown, the second sheet.
convert(HERE / "openpyxl.xlsx", "csv:Text - txt - csv (StarCalc):59,34,1,1,,0,false,true,false,false,false,2", "libreoffice-1252.csv")
