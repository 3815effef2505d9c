package locktest

import "testing"

// This is a model of the lock in pkg/state/keepermap: its row, what is under way on the
// network, and what each process knows. Between any two steps any time may pass, so a pause is
// no step of its own, and a process that is killed is one that is paused for good. A statement
// may take effect long after its sender gave up on it, or never; its answer says nothing. A
// read may show the row as it was before the last change, as a follower of Keeper does.

const (
	life    = 2 // of a lease, in ticks of the server's clock
	none    = 0 // the token of an absent row
	foreign = 9 // that of Moose's own row, which has no lease of ours
)

// row is the value of the lock's row: whose it is, and when it ends.
type row struct{ token, ends int8 }

func (r row) free(now int8) bool { return r.token == none || r.ends <= now }

// statement is a write under way: a strict INSERT when from is absent, else a compare-and-set
// of from, and a compare-and-delete when to is absent.
type statement struct {
	sent     bool
	from, to row
}

type place int8

// Where a process is in the code. asking to confirming is Store.Lock, holding to renewed the
// life of the lock, leaving and removing Release.
const (
	idle place = iota
	asking
	taking
	confirming
	holding
	renewing
	extending
	renewed
	leaving
	removing
)

type process struct {
	at     place
	tries  int8 // how often it began to acquire
	token  int8
	since  int8 // before the exchange with the server began
	saw    row
	sawAt  int8
	wants  row
	until  int8 // it believes to hold the lock before this moment; 0 for not
	onWire [2]statement
}

type world struct {
	now      int8
	row, old row // old is what a read of a follower may still show
	p        [3]process
	moose    int8 // Moose believes to hold its lock before this moment
}

// keeper says what is in the model. Without a flag of the last line it is the protocol as it is
// in the code; each of those is a mistake that must be found.
type keeper struct {
	processes int
	tries     int8 // how often each process acquires
	until     int8 // the last tick
	late      int  // how many statements of a process may be under way, 1 or 2
	moose     bool // Moose takes part, in turns
	racy      bool // Moose takes part as it is: it reads, and then writes and deletes without comparing
	broken    bool // people take the lock away by hand
	fresh     bool // every read is that of the leader

	noReadBack, looseInsert, looseSwap, blindRelease, ownClock, noDeadline, laterSince bool
}

// next calls found for each world that can follow w, with what went wrong on the way.
func (k keeper) next(w world, found func(world, string)) {
	visit := func(n world, wrong string) {
		if k.fresh {
			n.old = row{}
		}
		for i := range n.p {
			n.p[i].forget()
		}
		found(n, wrong)
	}
	if w.now < k.until {
		n := w
		n.now++
		visit(n, "")
	}
	for i := range k.processes {
		k.process(w, i, visit)
		k.network(w, i, visit)
	}
	if (k.moose && w.row.free(w.now)) || k.racy {
		n := w.set(row{foreign, w.now + life})
		n.moose = w.now + life
		visit(n, "")
	}
	if k.broken || k.racy || k.moose && w.row.token == foreign && w.moose > w.now {
		n := w.set(row{})
		n.moose = 0
		visit(n, "")
	}
}

// set changes the row.
func (w world) set(r row) world {
	if r != w.row {
		w.old, w.row = w.row, r
	}
	return w
}

// forget clears what a process does not use again, and orders what it has on the wire, so that
// worlds that differ in nothing else are one.
func (p *process) forget() {
	switch p.at {
	case idle:
		*p = process{tries: p.tries, onWire: p.onWire}
	case asking, confirming, holding, leaving:
		p.saw, p.sawAt, p.wants = row{}, 0, row{}
		if p.at == holding || p.at == leaving {
			p.since = 0
		}
	case taking, renewing, extending, removing:
		p.wants = row{}
	}
	a, b := &p.onWire[0], &p.onWire[1]
	if b.sent && (!a.sent || b.to.ends < a.to.ends) {
		*a, *b = *b, *a
	}
}

// network lets statements of a process take effect, or be lost.
func (k keeper) network(w world, i int, visit func(world, string)) {
	for slot, s := range w.p[i].onWire {
		if !s.sent {
			continue
		}
		lost := w
		lost.p[i].onWire[slot] = statement{}
		visit(lost, "")
		matches := w.row == s.from
		switch {
		case s.to.token == none:
			matches = matches || k.blindRelease && w.row.token != none
		case s.from.token == none:
			matches = matches || k.looseInsert
		default:
			matches = matches || k.looseSwap && w.row.token != none
		}
		if !matches {
			continue // the same as lost
		}
		wrong := ""
		if s.to.token == none && w.row.token != s.from.token {
			wrong = "somebody else's lock was released"
		}
		visit(lost.set(s.to), wrong)
	}
}

// send puts a statement on the wire and reports whether there was room.
func (p *process) send(late int, from, to row) bool {
	for slot := range late {
		if !p.onWire[slot].sent {
			p.onWire[slot] = statement{true, from, to}
			return true
		}
	}
	return false
}

// process does the next step of the code of process i.
func (k keeper) process(w world, i int, visit func(world, string)) {
	step := func(change func(p *process)) {
		n := w
		change(&n.p[i])
		visit(n, "")
	}
	p, now := w.p[i], w.now
	switch p.at {
	case idle:
		if p.tries < k.tries {
			step(func(p *process) {
				p.tries++
				p.at, p.since, p.token = asking, now, int8(1+i)*10+p.tries
			})
		}
	case taking:
		step(func(p *process) {
			p.wants = row{p.token, p.sawAt + life}
			if !p.send(k.late, p.saw, p.wants) {
				return
			}
			if p.at = confirming; k.noReadBack {
				p.at, p.until = holding, p.since+life
			}
		})
	case holding:
		step(func(p *process) { p.at, p.since = renewing, now })
		step(func(p *process) { p.at, p.until = leaving, 0 })
	case extending:
		step(func(p *process) {
			p.wants = row{p.token, p.sawAt + life}
			if p.send(k.late, p.saw, p.wants) {
				p.at = renewed
			}
		})
	case removing:
		step(func(p *process) {
			if p.send(k.late, p.saw, row{}) {
				p.at = leaving
			}
		})
	case asking, confirming, renewing, renewed, leaving:
		k.read(w.row, p, now, step)
		if !k.fresh && w.old != w.row {
			k.read(w.old, p, now, step)
		}
	}
}

// read is what a process does with the row that it was shown.
func (k keeper) read(r row, p process, now int8, step func(func(*process))) {
	mine, alive := r.token == p.token, r.ends > now
	if k.ownClock && p.token/10 == 1 { // the clock of the first process is ahead
		alive = r.ends > now+1
	}
	switch p.at {
	case asking, confirming:
		switch {
		case mine && alive:
			step(func(p *process) {
				// The local clock of now, and what is left by the server's.
				p.at, p.until = holding, now+(r.ends-now)
				if k.laterSince {
					p.until = p.since + life // as if this attempt had written the row
				}
			})
		case p.at == confirming:
			step(func(p *process) { p.at, p.since = asking, now }) // another attempt
			step(func(p *process) { p.at = leaving })              // no answer: make sure that nothing is left
		case alive && r.token != none:
			step(func(p *process) { p.at = idle }) // held
		default:
			step(func(p *process) { p.at, p.saw, p.sawAt = taking, r, now })
		}
	case renewing:
		if !mine || !alive {
			step(func(p *process) { p.at, p.until = leaving, 0 })
			return
		}
		step(func(p *process) { p.at, p.saw, p.sawAt = extending, r, now })
	case renewed:
		switch {
		case !mine || !alive:
			step(func(p *process) { p.at, p.until = leaving, 0 })
		case r == p.wants:
			step(func(p *process) { p.at, p.until = holding, p.since+life })
		default:
			step(func(p *process) { p.at = holding }) // it had no effect; the next renewal is soon
		}
	case leaving:
		if mine {
			step(func(p *process) { p.at, p.saw = removing, r })
		} else {
			step(func(p *process) { p.at = idle })
		}
	}
}

// check says what is wrong in w.
func (k keeper) check(w world) string {
	believers, passing := 0, 0
	for i := range k.processes {
		p := &w.p[i]
		if p.at < holding || p.at > renewed {
			continue
		}
		if p.until > w.now || k.noDeadline {
			believers++
		}
		if shows(w.row, p, w.now) || !k.fresh && shows(w.old, p, w.now) {
			passing++
		}
	}
	if w.moose > w.now && !k.racy {
		believers++
	}
	switch {
	case passing > 1:
		return "two pass the check in one moment"
	case believers > 1 && !k.racy && !k.broken:
		return "two believe that they hold the lock"
	}
	return ""
}

// shows reports whether Lock.Check would say yes for p.
func shows(r row, p *process, now int8) bool { return r.token == p.token && r.ends > now }

func TestKeeperMapModel(t *testing.T) {
	for name, k := range map[string]keeper{
		"a late follower of Keeper":        {processes: 2, tries: 1, until: 4, late: 1},
		"a longer time":                    {processes: 2, tries: 1, until: 5, late: 1, fresh: true},
		"each acquires twice":              {processes: 2, tries: 2, until: 4, late: 1, fresh: true},
		"two late statements of a process": {processes: 2, tries: 1, until: 3, late: 2, fresh: true},
		"three processes":                  {processes: 3, tries: 1, until: 3, late: 1, fresh: true},
		"Moose, in turns":                  {processes: 2, tries: 1, until: 4, late: 1, moose: true, fresh: true},
		"Moose with its races":             {processes: 2, tries: 1, until: 3, late: 1, racy: true, fresh: true},
		"taken away by hand":               {processes: 2, tries: 1, until: 4, late: 1, broken: true, fresh: true},
	} {
		t.Run(name, func(t *testing.T) {
			explore(t, world{now: 1}, k.next, k.check).mustHold(t)
		})
	}
}

// Mistakes in the protocol that the search must find, or it would prove nothing.
func TestKeeperMapModelSeesMistakes(t *testing.T) {
	for name, k := range map[string]keeper{
		"no read back":                        {noReadBack: true},
		"INSERT that is not strict":           {looseInsert: true},
		"UPDATE that does not compare":        {looseSwap: true},
		"DELETE that does not compare":        {blindRelease: true},
		"judged by the machine's own clock":   {ownClock: true},
		"no deadline of its own":              {noDeadline: true},
		"deadline counted from a later retry": {laterSince: true},
	} {
		t.Run(name, func(t *testing.T) {
			k.processes, k.tries, k.until, k.late, k.fresh = 2, 1, 4, 1, true
			explore(t, world{now: 1}, k.next, k.check).mustFail(t)
		})
	}
}
