package org.flatgaze.accel.array;

import java.io.IOException;
import java.util.Arrays;

/** Reads the header text: a Python dictionary of a string, a boolean and a tuple of whole numbers. */
final class NpyHeaderParser {

    private static final int MAX_DIMENSIONS = 32;

    private final String text;
    private int at;
    private String descr;
    private Boolean fortranOrder;
    private long[] shape;

    NpyHeaderParser(String text) {
        this.text = text;
    }

    String descr() {
        return descr;
    }

    boolean fortranOrder() {
        return fortranOrder;
    }

    long[] shape() {
        return shape;
    }

    void parse() throws IOException {
        expect('{');
        while (!accept('}')) {
            String key = string();
            expect(':');
            switch (key) {
                case "descr" -> descr = type();
                case "fortran_order" -> fortranOrder = bool();
                case "shape" -> shape = tuple();
                default -> throw broken("key '" + key + "' is not known");
            }
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        if (descr == null || fortranOrder == null || shape == null) {
            throw broken("descr, fortran_order and shape must be there");
        }
    }

    private String type() throws IOException {
        skipSpace();
        if (at < text.length() && text.charAt(at) == '[') {
            throw new IOException("structured dtype: expected plain numbers (save one array per field)");
        }
        String value = string();
        if (value.endsWith("O")) {
            throw new IOException("dtype '" + value + "' holds Python objects: expected plain numbers");
        }
        return value;
    }

    private String string() throws IOException {
        skipSpace();
        char quote = at < text.length() ? text.charAt(at) : ' ';
        int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
        if (end < 0) {
            throw broken("a quoted string is missing");
        }
        String value = text.substring(at + 1, end);
        at = end + 1;
        return value;
    }

    private boolean bool() throws IOException {
        skipSpace();
        if (text.startsWith("True", at)) {
            at += 4;
            return true;
        }
        if (text.startsWith("False", at)) {
            at += 5;
            return false;
        }
        throw broken("True or False is missing");
    }

    private long[] tuple() throws IOException {
        long[] extents = new long[MAX_DIMENSIONS];
        int count = 0;
        expect('(');
        while (!accept(')')) {
            if (count == MAX_DIMENSIONS) {
                throw broken("more than " + MAX_DIMENSIONS + " dimensions");
            }
            extents[count] = number();
            count++;
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return Arrays.copyOf(extents, count);
    }

    private long number() throws IOException {
        skipSpace();
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        // 18 digits always fit into a long, and no real extent has more.
        if (at == start || at - start > 18) {
            throw broken("an extent is not a whole number of at most 18 digits");
        }
        long value = Long.parseLong(text, start, at, 10);
        if (at < text.length() && text.charAt(at) == 'L') { // Python 2 wrote long integers so
            at++;
        }
        return value;
    }

    private boolean accept(char expected) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char expected) throws IOException {
        if (!accept(expected)) {
            throw broken("'" + expected + "' is missing");
        }
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IOException broken(String what) {
        return new IOException("broken header near character " + at + ": " + what);
    }
}
