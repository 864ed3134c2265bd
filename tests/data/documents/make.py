"""Makes the documents beside it: python-docx, reportlab and fpdf2 (pip install python-docx reportlab fpdf2), then LibreOffice's of it.

    python make.py
    soffice --headless --convert-to pdf:writer_pdf_Export word.docx && mv word.pdf libreoffice.pdf
    soffice --headless --convert-to "docx:Office Open XML Text" --outdir lo word.docx && mv lo/word.docx libreoffice.docx
"""

from docx import Document
from fpdf import FPDF
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import ListFlowable, ListItem, Paragraph, SimpleDocTemplate

TITLE = "Key Account Manager (m/w/d) für Großkunden"
TASKS = [
    "Sie betreuen unsere Großkunden, bauen die Beziehungen zu ihnen aus und sind ihr erster Ansprechpartner in allen Fragen",
    "Sie verhandeln Jahresverträge, Preise und Konditionen und verantworten den Umsatz Ihrer Kunden",
]
PROFILE = "Mehrere Jahre Erfahrung im Vertrieb; Verhandlungsgeschick & Reisebereitschaft."

word = Document()
word.add_heading(TITLE, 0)
word.add_paragraph("Die Uferlicht GmbH baut Leuchten für Häfen.")
word.add_heading("Ihre Aufgaben", 1)
for task in TASKS:
    word.add_paragraph(task, style="List Bullet")
word.add_heading("Ihr Profil", 1)
word.add_paragraph(PROFILE)
table = word.add_table(rows=1, cols=2)
table.rows[0].cells[0].text = "Ort"
table.rows[0].cells[1].text = "Lübeck"
word.save("word.docx")

styles = getSampleStyleSheet()
story = [Paragraph(TITLE, styles["Title"]), Paragraph("Ihre Aufgaben", styles["Heading2"])]
story.append(ListFlowable([ListItem(Paragraph(task, styles["Normal"])) for task in TASKS], bulletType="bullet"))
story += [Paragraph("Ihr Profil", styles["Heading2"]), Paragraph(PROFILE.replace("&", "&amp;"), styles["Normal"])]
SimpleDocTemplate("reportlab.pdf", pagesize=A4, invariant=1).build(story)

locked = Canvas("locked.pdf", encrypt=StandardEncryption("geheim", ownerPassword="chef", strength=128), invariant=1)
locked.drawString(100, 700, TITLE)
locked.save()

scan = Canvas("scan.pdf", invariant=1)
scan.rect(100, 100, 300, 300, fill=1)
scan.save()

simple = FPDF()
simple.add_page()
simple.set_font("Helvetica", "B", 16)
simple.multi_cell(0, 10, TITLE, new_x="LMARGIN", new_y="NEXT")
simple.set_font("Helvetica", size=11)
simple.multi_cell(0, 6, "\n".join(["Ihre Aufgaben:", *TASKS, "Ihr Profil:", PROFILE]))
simple.output("fpdf.pdf")
