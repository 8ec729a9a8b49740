#!/usr/bin/env python3
"""Writes a folder of 1,000 office files and 200 archives for `cargo bench --bench documents`.

    benches/documents.py FOLDER [--planted N]

Needs openpyxl, python-docx, python-pptx, xlwt and py7zr, and LibreOffice as `soffice`. With `--planted`
N of the files hold a made-up credential each, and FOLDER.planted.json lists them; without it no file
holds a word of the seller world.
"""
import argparse
import bz2
import csv
import gzip
import io
import json
import lzma
import os
import random
import string
import subprocess
import tarfile
import tempfile
import zipfile
from email.message import EmailMessage

import docx
import openpyxl
import py7zr
import xlwt
from pptx import Presentation
from pptx.util import Inches

ARGUMENTS = argparse.ArgumentParser()
ARGUMENTS.add_argument("folder")
ARGUMENTS.add_argument("--planted", type=int, default=0)
OPTIONS = ARGUMENTS.parse_args()
DICE = random.Random(20261128)
ENGLISH = (
    "order shipment invoice supplier carton pallet warehouse customer return refund price margin quarter "
    "forecast budget meeting agenda minutes contract delivery schedule inventory sample quality inspection "
    "factory label barcode weight volume customs duty freight insurance payment transfer account balance "
    "monthly weekly report summary total average increase decrease campaign review rating photo listing"
).split()
JAPANESE = (
    "発注 納品 請求書 見積 在庫 倉庫 出荷 返品 返金 価格 粗利 四半期 予算 会議 議事録 契約 納期 検品 工場 ラベル "
    "重量 容積 関税 送料 保険 振込 残高 月次 週次 報告 合計 平均 増加 減少 広告 商品 写真 担当 確認 連絡 予定 変更"
).split()


def words(count):
    if DICE.random() < 0.6:
        return "".join(DICE.choice(JAPANESE) + DICE.choice("のをはがに、。と") for _ in range(count))
    return " ".join(DICE.choice(ENGLISH) for _ in range(count)).capitalize() + "."


def cell():
    kind = DICE.random()
    if kind < 0.3:
        return DICE.randint(1, 200_000)
    if kind < 0.4:
        return round(DICE.random() * 1000, 2)
    if kind < 0.5:
        return f"2026-{DICE.randint(1, 12):02}-{DICE.randint(1, 28):02}"
    if kind < 0.65:
        return f"SKU-{DICE.randint(1, 9999):04}-{DICE.choice('ABCDE')}"
    return DICE.choice(JAPANESE if DICE.random() < 0.6 else ENGLISH)


def credential():
    letters = string.ascii_letters + string.digits + "-_"
    if DICE.random() < 0.5:
        return "クライアントシークレット", "amzn1.oa2-cs.v1." + "".join(DICE.choices("0123456789abcdef", k=64))
    return "リフレッシュトークン", "Atzr|IwEBI" + "".join(DICE.choices(letters, k=343))


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def workbook(secret):
    book = openpyxl.Workbook()
    for number in range(DICE.randint(1, 4)):
        sheet = book.active if number == 0 else book.create_sheet(f"{DICE.choice(JAPANESE)}{number}")
        columns = DICE.randint(4, 15)
        for _ in range(DICE.choice([10, 30, 60, 120, 300])):
            sheet.append([cell() for _ in range(columns)])
    if secret:
        book.active.append(list(secret))
    return saved(book)


def letter(secret):
    document = docx.Document()
    document.add_heading(words(3), 0)
    for _ in range(DICE.choice([10, 40, 120])):
        document.add_paragraph(words(DICE.randint(5, 80)))
    table = document.add_table(rows=0, cols=4)
    for _ in range(DICE.randint(2, 20)):
        for place in table.add_row().cells:
            place.text = str(cell())
    if secret:
        paragraph = document.add_paragraph()
        paragraph.add_run(secret[0] + "：" + secret[1][:30]).bold = True
        paragraph.add_run(secret[1][30:])
    return saved(document)


def slides(secret):
    show = Presentation()
    for number in range(DICE.randint(3, 25)):
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = words(3)
        frame = slide.shapes.add_textbox(Inches(1), Inches(2), Inches(8), Inches(4)).text_frame
        for _ in range(DICE.randint(2, 9)):
            frame.add_paragraph().text = words(DICE.randint(3, 20))
        if secret and number == 1:
            frame.add_paragraph().text = ": ".join(secret)
    return saved(show)


def old_workbook(secret):
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("一覧")
    rows = DICE.choice([30, 80, 300])
    for row in range(rows):
        for column in range(10):
            sheet.write(row, column, cell())
    for column, text in enumerate(secret or []):
        sheet.write(rows, column, text)
    return saved(book)


def mail(secret):
    message = EmailMessage()
    message["From"], message["To"] = "a@shop.invalid", "b@shop.invalid"
    message["Subject"] = words(3)
    body = "\n".join(words(DICE.randint(4, 30)) for _ in range(DICE.randint(3, 40)))
    if secret:
        body += "\n" + ": ".join(secret) + "\n"
    message.set_content(body, cte=DICE.choice(["base64", "quoted-printable"]))
    if DICE.random() < 0.4:
        message.add_attachment(
            workbook(None), maintype="application", subtype="octet-stream", filename="一覧.xlsx"
        )
    return message.as_bytes()


def plain(secret):
    lines = [words(DICE.randint(4, 30)) for _ in range(DICE.choice([50, 400, 2000]))]
    if secret:
        lines.insert(len(lines) // 2, ": ".join(secret))
    return "\n".join(lines).encode()


def table(secret):
    out = io.StringIO()
    writer = csv.writer(out)
    for _ in range(DICE.choice([50, 300, 1500])):
        writer.writerow([cell() for _ in range(9)])
    if secret:
        writer.writerow(secret)
    return out.getvalue().encode(DICE.choice(["utf-8", "cp932"]), "replace")


def members(secret):
    makers = [plain, table, workbook, letter, plain]
    count = DICE.randint(2, 12)
    chosen = DICE.randrange(count)
    for number in range(count):
        maker = DICE.choice(makers)
        ending = {plain: "txt", table: "csv", workbook: "xlsx", letter: "docx"}[maker]
        yield f"資料/{number}.{ending}", maker(secret if number == chosen else None)


def archive(kind, secret):
    out = io.BytesIO()
    if kind in ("zip", "jar"):
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in members(secret):
                made.writestr(name, content)
    elif kind == "7z":
        with py7zr.SevenZipFile(out, "w") as made:
            for name, content in members(secret):
                made.writestr(content, name)
    elif kind.startswith("tar"):
        with tarfile.open(fileobj=out, mode="w:" + kind[4:]) as made:
            for name, content in members(secret):
                about = tarfile.TarInfo(name)
                about.size = len(content)
                made.addfile(about, io.BytesIO(content))
    else:
        pack = {"txt.gz": gzip.compress, "csv.bz2": bz2.compress, "csv.xz": lzma.compress}[kind]
        return pack((plain if kind.startswith("txt") else table)(secret))
    return out.getvalue()


def converted(count, kind, maker, ending, write):
    """Has LibreOffice write files in its own formats."""
    with tempfile.TemporaryDirectory() as source:
        names = {}
        for _ in range(count):
            secret = draw()
            name = f"{len(names):04}"
            names[name] = secret
            with open(f"{source}/{name}.{kind}", "wb") as file:
                file.write(maker(secret))
        profile = f"-env:UserInstallation=file://{source}/profile"
        files = sorted(f"{source}/{name}.{kind}" for name in names)
        command = ["soffice", profile, "--headless", "--convert-to", ending, "--outdir", f"{source}/out"]
        subprocess.run(command + files, check=True, capture_output=True)
        for name, secret in names.items():
            with open(f"{source}/out/{name}.{ending}", "rb") as file:
                write(ending, file.read(), secret)


LEFT = 1200
PLANTED = []


def draw():
    """A credential for one file in so many that all are planted in the end."""
    global LEFT
    wanted = OPTIONS.planted - draw.count
    takes = wanted > 0 and DICE.random() < wanted / LEFT
    LEFT -= 1
    draw.count += takes
    return credential() if takes else None


draw.count = 0


def main():
    os.makedirs(OPTIONS.folder)
    number = 0

    def write(ending, content, secret):
        nonlocal number
        number += 1
        name = f"{number:04}.{ending}"
        with open(os.path.join(OPTIONS.folder, name), "wb") as file:
            file.write(content)
        if secret:
            PLANTED.append({"path": name, "value": secret[1]})

    direct = [(330, "xlsx", workbook), (200, "docx", letter), (70, "pptx", slides), (60, "xls", old_workbook)]
    for count, ending, maker in direct + [(120, "eml", mail), (50, "csv", table)]:
        for _ in range(count):
            secret = draw()
            write(ending, maker(secret), secret)
    for count, kind, maker, ending in [
        (30, "xlsx", workbook, "ods"), (30, "docx", letter, "odt"), (60, "docx", letter, "pdf"),
        (20, "docx", letter, "rtf"), (20, "docx", letter, "doc"), (10, "pptx", slides, "odp"),
    ]:
        converted(count, kind, maker, ending, write)
    for count, kind in [
        (100, "zip"), (20, "tar.gz"), (10, "tar.xz"), (10, "tar.bz2"), (20, "7z"), (10, "jar"), (10, "txt.gz"),
        (10, "csv.bz2"), (10, "csv.xz"),
    ]:
        for _ in range(count):
            secret = draw()
            write(kind, archive(kind, secret), secret)
    with open(OPTIONS.folder.rstrip("/") + ".planted.json", "w", encoding="utf-8") as file:
        json.dump(PLANTED, file, indent=1)


main()
