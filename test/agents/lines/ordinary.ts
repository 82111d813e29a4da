/** What agents type all day: none deploys, and none may be opaque. */
export const ORDINARY: readonly string[] = `
ls -la
ls -la src && cat package.json
cat README.md | head -50
pwd
cd web && ls
cd web && npm test
npm test
npm test -- --run test/a.test.ts
npm run lint
npm run build
npm run dev &
npm ci
npm install
npm i -D vitest@latest
npm ls --depth=0
npm outdated || true
npm view react version
npm pack --dry-run
npm audit --production
npx vitest run
npx tsc --noEmit
npx tsc --noEmit 2>&1 | head -30
npx biome check --write .
npx prettier --check "src/**/*.ts"
npx eslint . --fix
npx playwright test --project=chromium
npx prisma migrate dev --name init
npx create-next-app@latest my-app --typescript
npx drizzle-kit generate
pnpm install --frozen-lockfile
pnpm -r build
pnpm --filter web test
pnpm exec vitest run
pnpm add zod
pnpm dlx degit user/repo
yarn
yarn test
yarn add -D typescript
yarn why react
bun install
bun test
bunx tsc -p .
node --version
node scripts/seed.js
node -e "console.log(process.version)"
node -p "require('./package.json').version"
node --test test/
node --import tsx src/index.ts
node -e "const fs=require('fs');const p=JSON.parse(fs.readFileSync('package.json'));p.version='1.0.1';fs.writeFileSync('package.json',JSON.stringify(p,null,2))"
node -e "fetch('http://localhost:3000/health').then(r=>r.text()).then(console.log)"
deno test
deno fmt
tsx src/cli.ts --help
python -m pytest -q
python3 -m venv .venv && source .venv/bin/activate || true
python manage.py migrate
python -c "import sys; print(sys.version)"
python3 -c "import json;print(json.load(open('package.json'))['scripts'])"
python3 -c "import subprocess; print(subprocess.run(['git','log','-1'],capture_output=True,text=True).stdout)"
python scripts/harmless.py --dry
pip install -r requirements.txt
pip freeze | grep -i django
pytest tests/test_api.py -k "deploy" -x
poetry install
poetry run pytest
uv sync
uv run pytest -q
uv pip install ruff
ruff check . --fix
mypy src
black .
cargo build --release
cargo test -- --nocapture
cargo clippy --all-targets -- -D warnings
cargo fmt --check
cargo run -- --help
./target/release/app --version
go build ./...
go test ./... -run TestX -v
go vet ./...
go mod tidy
go run ./cmd/server
gofmt -l .
make test
make lint
make build
make -j4 test
make -n all
just fmt
just test
task test
./gradlew test
./gradlew build --no-daemon
mvn -q test
bundle install
bundle exec rspec spec/models
bundle exec rails db:migrate
rails c
ruby -v
ruby -e 'puts 1'
mix test
mix phx.server
dotnet build
dotnet test --filter Deploy
docker ps -a
docker compose up -d
docker compose up --build -d db redis
docker compose logs -f --tail=100 web
docker compose exec db psql -U postgres -c "select 1"
docker compose run --rm web npm test
docker compose down -v
docker build -t app:dev .
docker run --rm -it -p 3000:3000 app:dev
docker run --rm -v "$PWD":/src -w /src node:20 npm test
docker exec -it web sh -c "ls /app"
docker images | grep app
docker logs --tail 50 web 2>&1 | grep -i error
docker system prune -f
psql "$DATABASE_URL" -c "select count(*) from users"
psql -h localhost -U postgres -d dev -f schema.sql
psql postgres://localhost/dev <<'SQL'
redis-cli -u "$REDIS_URL" ping
sqlite3 dev.db ".tables"
curl -s http://localhost:3000/health
curl -sS https://api.github.com/repos/a/b | jq -r '.stargazers_count'
curl -s -X POST -H "Content-Type: application/json" -d '{"name":"x"}' http://localhost:8080/api/users
curl -I https://example.com
curl -fsSL https://example.com/file.tar.gz -o file.tar.gz
curl -s -H "Authorization: Bearer $TOKEN" https://api.example.com/v1/me | jq .
wget -q https://example.com/x.zip && unzip -o x.zip
http GET localhost:3000/api
jq '.dependencies | keys' package.json
jq -r '.scripts | to_entries[] | "\\(.key)=\\(.value)"' package.json
yq '.services' docker-compose.yml
sed -n '1,80p' src/index.ts
sed -i 's/foo/bar/g' src/*.ts
sed -i.bak -e 's/a/b/' -e '/^$/d' file.txt
awk '{print $1}' log.txt | sort | uniq -c | sort -rn | head
awk -F: '{ print $1 }' /etc/passwd
grep -rn "TODO" src --include=*.ts | wc -l
grep -E "^(a|b)$" -R .
rg -n "createServer" -g '!node_modules'
rg --files | head -100
fd -e ts -x wc -l
find . -name "*.ts" -not -path "./node_modules/*" | xargs wc -l | tail -1
find . -type f -name "*.log" -delete
find src -name "*.test.ts" -exec grep -l "deploy" {} +
find . -name package.json -maxdepth 2 -exec dirname {} \\;
xargs -n1 basename < files.txt
wc -l src/**/*.ts
sort -u names.txt > out.txt
cut -d, -f2 data.csv | sort | uniq -c
tr -d '\\r' < in > out
diff -u a.txt b.txt || true
head -c 100 file | xxd
tail -f log/development.log
tail -n 100 log.txt | grep ERROR
mkdir -p src/agents/{shell,fly}
rm -rf dist node_modules/.cache
cp -r src dist
mv a.ts b.ts
chmod +x scripts/ship.sh
touch .env
ln -sf ../shared shared
tar czf out.tgz dist
tar -xzf file.tar.gz -C /tmp
unzip -l x.zip
date +%Y-%m-%d
echo "$PATH"
echo "done: $?"
echo $((1 + 2))
env | grep -i node
export NODE_ENV=test
export PATH="$HOME/.local/bin:$PATH" && which node
printenv HOME
which node npm git
command -v jq >/dev/null || echo missing
uname -a
df -h .
du -sh node_modules
ps aux | grep node
lsof -i :3000
kill -9 12345
kill $(lsof -t -i:3000) 2>/dev/null || true
pkill -f "next dev"
sleep 5 && curl -s localhost:3000
timeout 30 npm run dev
time npm run build
nohup npm run dev > dev.log 2>&1 &
for f in src/*.ts; do echo "$f"; done
for i in {1..30}; do curl -sf localhost:3000 && break; sleep 1; done
for i in 1 2 3; do for j in a b c; do echo "$i$j"; done; done
while read -r line; do echo "$line"; done < files.txt
if [ -f .env ]; then echo yes; else echo no; fi
[ -d node_modules ] || npm ci
test -f package.json && cat package.json
set -euo pipefail; npm ci; npm test
(cd web && npm test)
{ npm run lint; npm test; } 2>&1 | tail -20
cat > src/a.ts <<'EOF'
cat <<EOF >> .gitignore
python3 - <<'EOF'
tee .env.example <<'EOF'
git status
git status --short && git diff --stat
git diff HEAD~1
git diff --cached | head -200
git log --oneline -20
git log --format='%h %s' -5 -- src
git show HEAD:package.json
git add -A && git commit -m "Fix the worker"
git add -p
git commit --amend --no-edit
git commit -am "feat: deploy page"
git checkout -b feature/x
git switch main
git pull --rebase
git fetch origin
git fetch --all --prune
git merge origin/main
git rebase main
git rebase -i HEAD~3
git stash && git stash pop
git branch -a
git branch --show-current
git branch -D old
git remote -v
git rev-parse HEAD
git reset --hard HEAD~1
git restore src/a.ts
git clean -fd
git blame src/a.ts | head
git cherry-pick abc123
git tag -l
git config user.name
git config --get remote.origin.url
git worktree add ../x feature/x
git submodule update --init
git bisect start
git grep -n deploy
git ls-files | xargs wc -l
git log -p --all -S 'fly deploy' --oneline
gh pr list
gh pr view 12 --json title,body
gh pr create --fill
gh pr checkout 12
gh pr checks
gh pr merge 12 --squash
gh run list --limit 5
gh run view 123 --log-failed
gh issue list --label bug
gh api repos/a/b/pulls/1/comments
gh repo view --web
terraform plan
terraform fmt -recursive
kubectl get pods -n web
kubectl logs deploy/web --tail=100
kubectl exec -it web -- ls /app
kubectl describe pod web
helm template chart
aws s3 ls s3://bucket
aws sts get-caller-identity
gcloud auth list
ssh dev@host uptime
ssh host 'tail -n 100 /var/log/app.log'
ssh host "cd $DIR && ls"
scp a.txt host:/tmp/
rsync -avz dist/ host:/srv/app/
tmux ls
tmux new-session -d -s dev 'npm run dev'
tmux send-keys -t dev C-c
tmux capture-pane -p -t dev
watch -n 1 ls
eval "$(ssh-agent -s)"
eval "$(direnv hook bash)"
eval "$(pyenv init -)"
source ~/.nvm/nvm.sh 2>/dev/null || true
. .env
bash scripts/setup.sh
sh -c 'echo hi'
bash -n scripts/ship.sh
shellcheck scripts/ship.sh
sudo apt-get update && sudo apt-get install -y jq
apt list --installed | grep libpq
brew install flyctl
curl -L https://fly.io/install.sh -o install.sh
systemctl status nginx
journalctl -u app -n 50
openssl rand -hex 32
base64 -d <<< aGk=
echo aGk= | base64 -d
echo '{"a":1}' | python3 -m json.tool
echo "SELECT 1" | psql dev
fly status
fly logs --no-tail -a web
fly releases -a web
fly machine list -a web
fly ssh console -a web
fly ssh console -a web -C "cat /app/version"
fly secrets list -a web
fly config validate
fly scale show
fly apps list --json
fly doctor
fly checks list
fly volumes list
fly postgres connect -a db
fly proxy 15432:5432 -a db
fly auth whoami
fly version
safe-deploy status --json
safe-deploy plan
safe-deploy rollback
npx safe-deploy deploy --because "fix the worker" --plan abc
x=$(git rev-parse --short HEAD); echo "$x"
FILES=$(git diff --name-only); for f in $FILES; do head -3 "$f"; done
PORT=4000 npm run dev
NODE_OPTIONS=--max-old-space-size=4096 npx tsc
CI=1 npm test 2>&1 | tee test.log
diff <(git show HEAD:a.ts) a.ts
comm -13 <(sort a) <(sort b)
xdg-open coverage/index.html
open http://localhost:3000
true
:
exit 0
`
  .trim()
  .split('\n')
  .map((line) => {
    const here = /<<'?(EOF|SQL)'?/.exec(line)?.[1]
    return here ? `${line}\nselect 1\n${here}` : line
  })
