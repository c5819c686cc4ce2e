// Run the script of a github-script step with an invented GitHub; print its calls.
const issues = JSON.parse(process.env.ISSUES);
const told = (name) => (options) => console.log(JSON.stringify({ name, ...options }));
const github = {
  rest: {
    issues: {
      listForRepo: "list",
      create: told("create"),
      update: told("update"),
      createComment: told("comment"),
    },
  },
  paginate: async (what) => (what === "list" ? issues : []),
};
const context = {
  repo: { owner: "someone", repo: "a-fork" },
  serverUrl: "https://github.com",
  runId: 7,
};
const AsyncFunction = (async () => {}).constructor;
await new AsyncFunction("github", "context", process.env.SCRIPT)(github, context);
