package keepermap

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// partSize is how many bytes of data a row holds at most: 512 KiB of base64, well below
// what Keeper takes, see MaxValue.
const partSize = 512 * 1024 / 4 * 3

// head is a value of ours as its row has it: "writer sum size parts data", divided by
// spaces. Writer and sum have a fixed width, so that a statement can compare them.
type head struct {
	// writer is unique to one write, 32 hexadecimal digits. It tells whose value this is,
	// and names the rows of its parts.
	writer string
	// sum is the SHA-256 of the data, 64 hexadecimal digits.
	sum string
	// size is that of the data in bytes.
	size int
	// parts is how many rows hold the data; 0 when it stands here.
	parts int
	// data is set when there are no parts, in the row as base64.
	data []byte
}

// SQL for members of a head.
const (
	writerOf = "substring(value, 1, 32)"
	sumOf    = "substring(value, 34, 64)"
)

// newHead is that of a new write.
func newHead(data []byte) head {
	id := uuid.New()
	h := head{writer: hex.EncodeToString(id[:]), sum: sum(data), size: len(data)}
	if len(data) > partSize {
		h.parts = (len(data) + partSize - 1) / partSize
	} else {
		h.data = data
	}
	return h
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

func (h head) encode() string {
	return fmt.Sprintf("%s %s %d %d %s", h.writer, h.sum, h.size, h.parts, base64.StdEncoding.EncodeToString(h.data))
}

// decodeHead reads a row's value. Data that stands in it is checked against the sum.
func decodeHead(value string) (head, error) {
	fields := strings.Split(value, " ")
	if len(fields) != 5 || !isHex(fields[0], 32) || !isHex(fields[1], 64) {
		return head{}, errors.New("it does not begin with its writer and the sum of its data")
	}
	h := head{writer: fields[0], sum: fields[1]}
	var err error
	if h.size, err = strconv.Atoi(fields[2]); err != nil || h.size < 1 || h.size > state.MaxSize {
		return head{}, errors.New("its size is not a number of bytes")
	}
	if h.parts, err = strconv.Atoi(fields[3]); err != nil || h.parts < 0 || h.parts > h.size {
		return head{}, errors.New("its number of parts is wrong")
	}
	if h.parts > 0 {
		if fields[4] != "" {
			return head{}, errors.New("it has parts and data as well")
		}
		return h, nil
	}
	if h.data, err = base64.StdEncoding.DecodeString(fields[4]); err != nil {
		return head{}, fmt.Errorf("its data is not base64: %w", err)
	}
	return h, h.check(h.data)
}

// check says whether data is what the head describes.
func (h head) check(data []byte) error {
	if len(data) != h.size || sum(data) != h.sum {
		return errors.New("its data is not what was written: size or SHA-256 differ")
	}
	return nil
}

func isHex(text string, length int) bool {
	return len(text) == length && strings.Trim(text, "0123456789abcdef") == ""
}
