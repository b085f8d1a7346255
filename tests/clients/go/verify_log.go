// Verifies what Sanzhang signs with golang.org/x/mod/sumdb/note and tlog, which know nothing of it.
//
//	verify_log -key KEY -receipt FILE
//	verify_log -key KEY -log FOLDER|URL [-records FILE] [-known FILE]...
//
// A receipt is a C2SP tlog-proof. A log is a folder or a prefix with `checkpoint` and `tile/...` (C2SP
// tlog-tiles); records are lines of JSON with `position` and `bytes`, as `audit export` writes them;
// what is known are checkpoints or receipts from before, from which the log must go on.
// Prints `accepted: ...` and ends with 0, or `refused: ...` and ends with 1.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height    = 8
	proofLine = "c2sp.org/tlog-proof@v1"
	batchMax  = 256
	lineMax   = 1 << 20
	answerMax = 1 << 20
	recordTag = 0x0a // Field 1 of ReceiptExtra, with a length.
	leafTag   = 0x12 // Field 2.
)

// The tree that a checkpoint is of, if the key has signed it.
func open(msg []byte, key string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, err
	}
	signed, err := note.Open(msg, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// A receipt's parts: what it is about, where, the path, the checkpoint.
func parseReceipt(text []byte) (extra []byte, index int64, path tlog.RecordProof, checkpoint []byte, err error) {
	head, checkpoint, found := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || lines[0] != proofLine || len(lines) < 3 {
		return nil, 0, nil, nil, errors.New("not a tlog-proof with its extra")
	}
	if extra, err = base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra ")); err != nil {
		return nil, 0, nil, nil, err
	}
	if index, err = strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64); err != nil {
		return nil, 0, nil, nil, err
	}
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, 0, nil, nil, err
		}
		path = append(path, hash)
	}
	return extra, index, path, checkpoint, nil
}

// The leaf that `extra` speaks of: a protobuf message of one field.
func leafOf(extra []byte) (tlog.Hash, error) {
	if len(extra) > 1 {
		length, n := binary.Uvarint(extra[1:])
		if value := extra[1+max(n, 0):]; n > 0 && uint64(len(value)) == length {
			if extra[0] == recordTag {
				return tlog.RecordHash(value), nil
			}
			if extra[0] == leafTag && length == tlog.HashSize {
				return tlog.Hash(*(*[tlog.HashSize]byte)(value)), nil
			}
		}
	}
	return tlog.Hash{}, errors.New("the receipt does not say what it is about")
}

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}

func verifyReceipt(text []byte, key string) (string, error) {
	extra, index, path, checkpoint, err := parseReceipt(text)
	if err != nil {
		return "", err
	}
	tree, err := open(checkpoint, key)
	if err != nil {
		return "", err
	}
	leaf, err := leafOf(extra)
	if err != nil {
		return "", err
	}
	if err := tlog.CheckRecord(path, tree.N, tree.Hash, index, leaf); err != nil {
		return "", fmt.Errorf("position %d: %w", index+1, err)
	}
	return fmt.Sprintf("position %d is in the tree of %d", index+1, tree.N), nil
}

// Files of a log: below a folder or an URL.
func fetch(log, path string) ([]byte, error) {
	if !strings.HasPrefix(log, "http") {
		return os.ReadFile(filepath.Join(log, path))
	}
	answer, err := http.Get(strings.TrimSuffix(log, "/") + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(io.LimitReader(answer.Body, answerMax))
}

type tiles struct{ log string }

func (t tiles) Height() int                             { return height }
func (t tiles) SaveTiles(tiles []tlog.Tile, _ [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range wanted {
		// The package writes the height into the path, tlog-tiles does not.
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		hashes, err := fetch(t.log, path)
		if err != nil {
			return nil, err
		}
		data = append(data, hashes)
	}
	return data, nil
}

// The records' hashes, in the order of their positions.
func readRecords(path string) (hashes []tlog.Hash, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, lineMax)
	for scanner.Scan() {
		var line struct {
			Position string `json:"position"`
			Bytes    []byte `json:"bytes"`
		}
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			return nil, err
		}
		if want := strconv.Itoa(len(hashes) + 1); line.Position != want {
			return nil, fmt.Errorf("position %s: the line says it is %s", want, line.Position)
		}
		hashes = append(hashes, tlog.RecordHash(line.Bytes))
	}
	return hashes, scanner.Err()
}

// Every leaf of the tree, proven by the tiles above it, against the records.
func compareRecords(tree tlog.Tree, reader tlog.HashReader, path string) error {
	records, err := readRecords(path)
	if err != nil {
		return err
	}
	for begin := int64(0); begin < tree.N; begin += batchMax {
		var indexes []int64
		for n := begin; n < tree.N && n < begin+batchMax; n++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, n))
		}
		leaves, err := reader.ReadHashes(indexes)
		if err != nil {
			return fmt.Errorf("positions %d to %d: %w", begin+1, begin+int64(len(indexes)), err)
		}
		for i, leaf := range leaves {
			n := begin + int64(i)
			if n >= int64(len(records)) {
				return fmt.Errorf("position %d: the record is not there", n+1)
			}
			if records[n] != leaf {
				return fmt.Errorf("position %d: the record is not the one that was signed", n+1)
			}
		}
	}
	return nil
}

func checkKnown(tree tlog.Tree, reader tlog.HashReader, path, key string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if bytes.HasPrefix(text, []byte(proofLine)) {
		if _, err := verifyReceipt(text, key); err != nil {
			return err
		}
		_, _, _, text, _ = parseReceipt(text)
	}
	known, err := open(text, key)
	if err != nil {
		return err
	}
	if known.N > tree.N {
		return fmt.Errorf("position %d: the log ends before it, but a tree of %d was signed", tree.N+1, known.N)
	}
	proof, err := tlog.ProveTree(tree.N, known.N, reader)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, known.N, known.Hash); err != nil {
		return fmt.Errorf("the tree of %d does not go on from the one of %d: %w", tree.N, known.N, err)
	}
	return nil
}

func verifyLog(log, records string, known []string, key string) (string, error) {
	msg, err := fetch(log, "checkpoint")
	if err != nil {
		return "", err
	}
	tree, err := open(msg, key)
	if err != nil {
		return "", err
	}
	reader := tlog.TileHashReader(tree, tiles{log})
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil {
		return "", err
	}
	if root != tree.Hash {
		return "", errors.New("the tiles have another root")
	}
	if records != "" {
		if err := compareRecords(tree, reader, records); err != nil {
			return "", err
		}
	}
	for _, path := range known {
		if err := checkKnown(tree, reader, path, key); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("the tree of %d records", tree.N), nil
}

type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

func main() {
	key := flag.String("key", "", "the log's public key")
	receipt := flag.String("receipt", "", "a receipt")
	log := flag.String("log", "", "folder or URL with checkpoint and tiles")
	records := flag.String("records", "", "the records, a line of JSON each")
	var known list
	flag.Var(&known, "known", "a checkpoint or receipt from before")
	flag.Parse()
	var what string
	var err error
	if *receipt != "" {
		var text []byte
		if text, err = os.ReadFile(*receipt); err == nil {
			what, err = verifyReceipt(text, *key)
		}
	} else {
		what, err = verifyLog(*log, *records, known, *key)
	}
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
	fmt.Println("accepted:", what)
}
