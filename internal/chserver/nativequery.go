package chserver

import (
	"fmt"
	"io"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

// maxNativeList bounds the settings and the parameters of one query.
const maxNativeList = 10_000

// maxNativeString bounds a statement or any other string of a packet.
const maxNativeString = 1 << 30

// stageComplete asks for a whole result; the earlier stages are for servers
// that share a query.
const stageComplete = 2

// nativeQuery is a Query packet.
type nativeQuery struct {
	id         string
	text       string
	settings   map[string]string
	params     []chdb.Param
	compressed bool
	stage      uint64
	err        error // a refusal that leaves the connection usable
}

// readNativeQuery reads a Query packet after its code. Unlike the client
// library's own decoder it takes clients that act for an HTTP client.
func readNativeQuery(r *proto.Reader, revision int) (*nativeQuery, error) {
	q := &nativeQuery{settings: map[string]string{}}
	f := &fieldReader{r: r}
	q.id = f.str()
	if proto.FeatureClientWriteInfo.In(revision) {
		f.clientInfo(revision)
	}
	f.pairs(func(name string, flags uint64, value string) {
		if flags&settingCustom != 0 {
			q.err = &chdb.Exception{Code: 115, Name: "UNKNOWN_SETTING", Message: fmt.Sprintf(
				"Setting %s is neither a builtin setting nor started with the prefix registered for custom settings", name)}
			return
		}
		q.settings[name] = value
	})
	if proto.FeatureInterServerSecret.In(revision) {
		f.str()
	}
	q.stage = f.uvarint()
	q.compressed = f.uvarint() != 0
	q.text = f.str()
	if proto.FeatureParameters.In(revision) {
		f.pairs(func(name string, _ uint64, value string) {
			// The value is a dumped string: unquoted once it is the text form.
			q.params = append(q.params, chdb.Param{Name: name, Value: unquote(value)})
		})
	}
	if q.stage != stageComplete && q.err == nil {
		q.err = &chdb.Exception{Code: 48, Name: "NOT_IMPLEMENTED", Message: "Queries that stop at an intermediate stage are not supported"}
	}
	return q, f.err
}

// settingCustom is the flag of a setting whose value is a dumped Field.
const settingCustom = 0x02

// fieldReader reads fields until the first error, which it keeps.
type fieldReader struct {
	r   *proto.Reader
	err error
}

// str reads a string. Memory grows only as its bytes arrive, whatever length
// the packet announces.
func (f *fieldReader) str() string {
	n := f.uvarint()
	if f.err == nil && n > maxNativeString {
		f.err = fmt.Errorf("a string of %d bytes is too long", n)
	}
	var text []byte
	for f.err == nil && n > 0 {
		step, at := min(n, readStep), len(text)
		text = append(text, make([]byte, step)...)
		_, f.err = io.ReadFull(f.r, text[at:])
		n -= step
	}
	if f.err != nil {
		return ""
	}
	return string(text)
}

func (f *fieldReader) uvarint() uint64 {
	if f.err != nil {
		return 0
	}
	var n uint64
	n, f.err = f.r.UVarInt()
	return n
}

func (f *fieldReader) byte() byte {
	if f.err != nil {
		return 0
	}
	var b byte
	b, f.err = f.r.ReadByte()
	return b
}

func (f *fieldReader) skip(n int) {
	if f.err == nil {
		_, f.err = f.r.ReadRaw(n)
	}
}

// pairs reads settings or parameters up to the empty name that ends them.
func (f *fieldReader) pairs(add func(name string, flags uint64, value string)) {
	for range maxNativeList {
		name := f.str()
		if f.err != nil || name == "" {
			return
		}
		flags, value := f.uvarint(), f.str()
		if f.err == nil {
			add(name, flags, value)
		}
	}
	f.err = fmt.Errorf("more than %d settings or parameters", maxNativeList)
}

// clientInfo skips the ClientInfo, whose length depends on its content
// (src/Interpreters/ClientInfo.cpp).
func (f *fieldReader) clientInfo(revision int) {
	if f.byte() == byte(proto.ClientQueryNone) {
		return
	}
	f.str() // initial user
	f.str() // initial query id
	f.str() // initial address
	if proto.FeatureQueryStartTime.In(revision) {
		f.skip(8)
	}
	kind := proto.Interface(f.byte())
	switch kind {
	case proto.InterfaceTCP:
		f.str() // operating system user
		f.str() // host name
		f.str() // client name
		f.uvarint()
		f.uvarint()
		f.uvarint()
	case proto.InterfaceHTTP:
		f.byte() // method
		f.str()  // agent
		if proto.FeatureXForwardedForInClientInfo.In(revision) {
			f.str()
		}
		if proto.FeatureRefererInClientInfo.In(revision) {
			f.str()
		}
	default:
		if f.err == nil {
			f.err = fmt.Errorf("the client interface %d is unknown", kind)
		}
	}
	f.str() // quota key
	if proto.FeatureDistributedDepth.In(revision) {
		f.uvarint()
	}
	if kind == proto.InterfaceTCP {
		f.uvarint() // patch version
	}
	if proto.FeatureOpenTelemetry.In(revision) && f.byte() == 1 {
		f.skip(24) // trace and span id
		f.str()
		f.byte()
	}
	if proto.FeatureParallelReplicas.In(revision) {
		f.uvarint()
		f.uvarint()
		f.uvarint()
	}
}
