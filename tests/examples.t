# SPDX-License-Identifier: MIT
# The small examples run and come to what their comments say; the demo has a test of its own.
. "${0%/*}/lib.sh"

# The examples build into the checkout, which other builds must not do.
example()
{
    OUT=$work/$1 sh "$top/examples/$1.sh" >"$1.out" 2>"$1.err" </dev/null
    report "$1.sh ends well" $?
}

if [ "${PA_BIN:-$top/bin}" != "$top/bin" ]; then
    skip 'examples' 'they run in the plain build'
    finish
fi
for story in hillstrom online-retail open-bandit; do
    refuses "$story.sh: which folder?" 2 "usage: $story.sh DIR" sh "$top/examples/$story.sh"
    refuses "$story.sh: a folder of something else" 1 "there is no $work/" sh "$top/examples/$story.sh" "$work"
done
ok 'display.sh from its own folder' sh -c "cd '$top/examples' && sh display.sh"
example display
near 'display: the phone, 0.3775' "$(cell display/probabilities.csv policy_prob 1)" 0.3775 0.00005
near 'display: the camera, 0.6225' "$(cell display/probabilities.csv policy_prob 2)" 0.6225 0.00005
check 'display: the camera leads' cat display/leads.csv 3<<'EOF'
user,ad,category
u1,3,相机
EOF
finish
