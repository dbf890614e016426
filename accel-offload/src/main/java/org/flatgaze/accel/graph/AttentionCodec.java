package org.flatgaze.accel.graph;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** An {@link AttentionForm} in a {@link GraphFile}: its whole numbers, then the scale and the heads. */
final class AttentionCodec {

    private static final int NUMBERS = 17;

    private AttentionCodec() {}

    static int[] numbers(AttentionForm form) {
        int[] n = new int[NUMBERS];
        n[0] = form.queries();
        n[1] = form.keys();
        n[2] = form.depth();
        n[3] = form.valueDepth();
        int at = 4;
        for (AttentionForm.Rows rows : List.of(form.q(), form.k(), form.v(), form.out())) {
            n[at++] = rows.offset();
            n[at++] = rows.headStep();
            n[at++] = rows.tokenStep();
        }
        n[at] = form.heads().size();
        return n;
    }

    static void write(DataOutputStream out, AttentionForm form) throws IOException {
        out.writeFloat(form.scale());
        for (AttentionForm.Head head : form.heads()) {
            out.writeUTF(head.variant());
            byte[] kept = bits(head.kept());
            out.writeInt(kept.length);
            out.write(kept);
            GraphFile.writeFloats(out, head.bias() == null ? new float[0] : head.bias());
        }
    }

    /** Eight pairs a byte; nothing where all pairs are kept. */
    private static byte[] bits(boolean[] kept) {
        if (kept == null) {
            return new byte[0];
        }
        byte[] bytes = new byte[(kept.length + 7) / 8];
        for (int i = 0; i < kept.length; i++) {
            bytes[i / 8] |= (byte) (kept[i] ? 1 << (i % 8) : 0);
        }
        return bytes;
    }

    static AttentionForm read(DataInputStream in, int[] n) throws IOException {
        float scale = in.readFloat();
        int pairs = Shape.of(n[0], n[1]).elements();
        List<AttentionForm.Head> heads = new ArrayList<>();
        for (int h = 0; h < n[NUMBERS - 1]; h++) {
            String variant = in.readUTF();
            byte[] bytes = new byte[GraphFile.count(in)];
            in.readFully(bytes);
            float[] bias = GraphFile.readFloats(in);
            heads.add(new AttentionForm.Head(kept(bytes, pairs), bias.length == 0 ? null : bias, variant));
        }
        return new AttentionForm(
                n[0], n[1], n[2], n[3], scale, rows(n, 4), rows(n, 7), rows(n, 10), rows(n, 13), heads);
    }

    private static AttentionForm.Rows rows(int[] n, int at) {
        return new AttentionForm.Rows(n[at], n[at + 1], n[at + 2]);
    }

    private static boolean[] kept(byte[] bytes, int pairs) throws IOException {
        if (bytes.length == 0) {
            return null;
        }
        if (bytes.length != (pairs + 7) / 8) {
            throw new IOException("mask of " + bytes.length + " bytes: expected " + (pairs + 7) / 8);
        }
        BitSet set = BitSet.valueOf(bytes);
        boolean[] kept = new boolean[pairs];
        for (int i = 0; i < pairs; i++) {
            kept[i] = set.get(i);
        }
        return kept;
    }
}
