"""The tokenizers pipeline alone, with no model of roles behind it: NFC, small letters, words, ids and offsets.

with_tokenizers.py train FOLDER       with_tokenizers.py predict FOLDER
"""

import os
import sys

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from postings import load_labelled, plain, read_lines

BATCH = 1000


def train(folder):
    """Learns a vocabulary of 50,000 words."""
    tokenizer = Tokenizer(models.WordLevel(unk_token="?"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.WordLevelTrainer(vocab_size=50_000, special_tokens=["?"], show_progress=False)
    tokenizer.train_from_iterator((plain(row["text"]) for row in load_labelled(folder)), trainer)
    tokenizer.save(os.path.join(folder, "tokenizer.json"))


def encode_sample(folder):
    """Encodes title and text of the JSON lines, with offsets, and counts the tokens."""
    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    batch, tokens = [], 0

    def encoded():
        return sum(len(encoding) for encoding in tokenizer.encode_batch(batch))

    for row in read_lines(os.path.join(folder, "sample.jsonl")):
        batch.append(row["title"] + "\n" + plain(row["text"]))
        if len(batch) == BATCH:
            tokens += encoded()
            batch.clear()
    print(tokens + encoded())


{"train": train, "predict": encode_sample}[sys.argv[1]](sys.argv[2])
