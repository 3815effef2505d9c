package chserver

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

// frameSize is how many bytes go into one frame of ClickHouse's own compressed
// stream, the server's max_compress_block_size.
const frameSize = 1 << 20

// frames compresses data into ClickHouse's own framing: a CityHash128, a
// method byte, two sizes and the payload.
func frames(dst, data []byte, method compress.Method) ([]byte, error) {
	w := compress.NewWriter(compress.LevelZero, method)
	for len(data) > 0 {
		n := min(len(data), frameSize)
		if err := w.Compress(data[:n]); err != nil {
			return nil, fmt.Errorf("compressing a response: %w", err)
		}
		dst = append(dst, w.Data...)
		data = data[n:]
	}
	return dst, nil
}

// methodOf maps the setting network_compression_method to a method; LZ4 is
// the server's default.
func methodOf(setting string) compress.Method {
	switch strings.ToUpper(setting) {
	case "ZSTD":
		return compress.ZSTD
	case "NONE":
		return compress.None
	}
	return compress.LZ4
}

// framesReader reads ClickHouse's own framing. It tells the end of the stream
// from a frame that is cut off, which the frame reader itself does not.
type framesReader struct {
	raw    io.Reader
	taken  int64
	frames *compress.Reader
}

func newFramesReader(raw io.Reader) *framesReader {
	f := &framesReader{raw: raw}
	f.frames = compress.NewReader(readerFunc(func(p []byte) (int, error) {
		n, err := raw.Read(p)
		f.taken += int64(n)
		return n, err
	}))
	return f
}

// Read gives uncompressed bytes.
func (f *framesReader) Read(p []byte) (int, error) {
	before := f.taken
	n, err := f.frames.Read(p)
	switch {
	case err == nil || !errors.Is(err, io.EOF):
		return n, err
	case f.taken == before:
		return n, io.EOF
	}
	return n, fmt.Errorf("a compressed frame is cut off: %w", io.ErrUnexpectedEOF)
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// decodeBody undoes the Content-Encoding and, with decompress=1, ClickHouse's
// own framing of a request body.
func decodeBody(body io.Reader, encoding string, framed bool) (io.Reader, error) {
	r := body
	var err error
	switch strings.ToLower(encoding) {
	case "", "identity":
	case "gzip", "x-gzip":
		r, err = gzip.NewReader(body)
	case "deflate":
		r, err = zlib.NewReader(body)
	case "lz4":
		r = lz4.NewReader(body)
	case "zstd":
		var d *zstd.Decoder
		if d, err = zstd.NewReader(body, zstd.WithDecoderConcurrency(1)); err == nil {
			r = d.IOReadCloser()
		}
	default:
		return nil, &chdb.Exception{Code: 48, Name: "NOT_IMPLEMENTED", Message: fmt.Sprintf(
			"Content-Encoding %q is not supported; use gzip, deflate, lz4, zstd or none", encoding)}
	}
	if errors.Is(err, io.EOF) {
		return bytes.NewReader(nil), nil // no body at all
	}
	if err != nil {
		return nil, &chdb.Exception{Code: 354, Name: "ZLIB_INFLATE_FAILED", Message: "reading the request body: " + err.Error()}
	}
	if framed {
		r = newFramesReader(r)
	}
	return r, nil
}

// acceptsGzip tells whether an Accept-Encoding header allows gzip.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			return strings.ReplaceAll(strings.TrimSpace(q), " ", "") != "q=0"
		}
	}
	return false
}

func gzipped(data []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
