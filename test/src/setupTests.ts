// A busy machine takes its time: no test has less than a minute.
jest.setTimeout(300_000);
