// Some surroundings let every node read 144 certificates at its start: 80 ms each time (Node 20, 2026-11), beside which
// nothing else would be seen. What is measured here asks no stranger; who imports this first measures without them.
delete process.env.NODE_EXTRA_CA_CERTS;
