package org.flatgaze.runtime.publish;

/** MQTT topic filters: {@code +} stands for one level, a last {@code #} for the rest. */
final class TopicFilter {

    private TopicFilter() {}

    static boolean matches(String filter, String topic) {
        int f = 0;
        int t = 0;
        while (f < filter.length()) {
            char c = filter.charAt(f);
            if (c == '#') {
                return true;
            }
            if (c == '+') {
                while (t < topic.length() && topic.charAt(t) != '/') {
                    t++;
                }
                f++;
            } else if (t < topic.length() && topic.charAt(t) == c) {
                f++;
                t++;
            } else {
                // "a/#" also stands for "a".
                return t == topic.length() && filter.startsWith("/#", f);
            }
        }
        return t == topic.length();
    }
}
