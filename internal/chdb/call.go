package chdb

import (
	"runtime"
	"unsafe"
)

// call holds the C arguments of one statement. Everything it points to is
// pinned until release.
type call struct {
	pin                                runtime.Pinner
	sql, format                        unsafe.Pointer
	sqlLen, formatLen                  uintptr
	names, nameLens, values, valueLens unsafe.Pointer
	count                              uintptr
}

func newCall(sql, format string, params []Param) *call {
	c := &call{count: uintptr(len(params))}
	c.sql, c.sqlLen = c.bytes(sql), uintptr(len(sql))
	c.format, c.formatLen = c.bytes(format), uintptr(len(format))
	if len(params) == 0 {
		return c
	}
	var names, values []unsafe.Pointer
	var nameLens, valueLens []uintptr
	for _, p := range params {
		names, nameLens = append(names, c.bytes(p.Name)), append(nameLens, uintptr(len(p.Name)))
		values, valueLens = append(values, c.bytes(p.Value)), append(valueLens, uintptr(len(p.Value)))
	}
	c.names, c.values = c.pinned(&names[0]), c.pinned(&values[0])
	c.nameLens, c.valueLens = c.pinnedLens(&nameLens[0]), c.pinnedLens(&valueLens[0])
	return c
}

func (c *call) release() { c.pin.Unpin() }

// bytes pins a NUL-terminated copy of s, so that an empty string still has an
// address and a function that ignores the length stops in time.
func (c *call) bytes(s string) unsafe.Pointer {
	b := make([]byte, len(s)+1)
	copy(b, s)
	c.pin.Pin(&b[0])
	return unsafe.Pointer(&b[0])
}

func (c *call) pinned(p *unsafe.Pointer) unsafe.Pointer {
	c.pin.Pin(p)
	return unsafe.Pointer(p)
}

func (c *call) pinnedLens(p *uintptr) unsafe.Pointer {
	c.pin.Pin(p)
	return unsafe.Pointer(p)
}
