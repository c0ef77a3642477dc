#!/bin/sh
# Makes a Raspberry Pi with Raspberry Pi OS (desktop, Bookworm or newer) a screen of Operant.
#
#   sh kiosk.sh https://operant.example.com        opens the screen's page whenever the desktop starts
#   sh kiosk.sh --remove                           undoes that
#
# It writes two files in the home of whoever runs it. Root is asked for to install Chromium where it is missing, and to keep the
# display on and sign in by itself, as raspi-config does it.
set -eu

starter="$HOME/.local/bin/operant-screen"
entry="$HOME/.config/autostart/operant-screen.desktop"

say() { printf '%s\n' "$*"; }
fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

if [ "${1:-}" = "--remove" ]; then
    rm -f "$starter" "$entry"
    say "This device opens no screen any more. What its browser kept lies in $HOME/.config/operant-screen."
    exit 0
fi

server="${1:-}"
case "$server" in
    https://*) ;;
    http://*) say "Without https the browser keeps no page: after a loss of power this screen needs the network to start." ;;
    *) fail "Say where Operant is: sh kiosk.sh https://operant.example.com" ;;
esac
# What stands in the address is written into a script.
case "$server" in
    *[!A-Za-z0-9.:/_-]*) fail "The address has a character that no server's address has: $server" ;;
esac
server="${server%/}"
server="${server%/tv}"

browser=""
for name in chromium chromium-browser; do
    if command -v "$name" >/dev/null 2>&1; then
        browser="$name"
        break
    fi
done
if [ -z "$browser" ]; then
    say "Installing Chromium."
    sudo apt-get install -y chromium || fail "Chromium could not be installed. Install it, then run this again."
    browser=chromium
fi

mkdir -p "$(dirname "$starter")" "$(dirname "$entry")"
cat >"$starter" <<EOF
#!/bin/sh
# Opens the screen's page, and again when the browser ends. Written by Operant's kiosk.sh.
while true; do
    $browser --kiosk --noerrdialogs --disable-infobars --no-first-run --hide-scrollbars --disable-session-crashed-bubble \\
        --autoplay-policy=no-user-gesture-required --password-store=basic --check-for-update-interval=31536000 \\
        --user-data-dir="\$HOME/.config/operant-screen" "$server/tv"
    sleep 5
done
EOF
chmod 755 "$starter"
cat >"$entry" <<EOF
[Desktop Entry]
Type=Application
Name=Operant screen
Exec=$starter
X-GNOME-Autostart-enabled=true
EOF

if command -v raspi-config >/dev/null 2>&1; then
    sudo raspi-config nonint do_blanking 1 || say "Switch screen blanking off by hand: raspi-config, Display Options."
    sudo raspi-config nonint do_boot_behaviour B4 || say "Switch automatic sign-in on by hand: raspi-config, System Options."
fi
say "Done. Restart the device: it opens $server/tv and shows a code to pair it with."
