import type * as Aws from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import type { MediaStore } from "../domain/image-ports.js";
import { isMediaId, mimeOf, type MediaId } from "../domain/image.js";
import { PersonaError } from "../errors.js";

export interface S3MediaStoreOptions {
  readonly bucket: string;
  /** Stands before every name, such as "personagraph/". Default none. */
  readonly prefix?: string;
  /** Address of an S3-compatible server. Default: AWS, or AWS_ENDPOINT_URL_S3. */
  readonly endpoint?: string;
  /** Default: AWS_REGION, else "us-east-1". */
  readonly region?: string;
  /** An S3Client of your own; else one is made, which takes its credentials where the AWS SDK looks for them. */
  readonly client?: object;
}

type Sdk = typeof Aws;

/** At most so many objects in one request to delete (S3). */
const BATCH = 1000;

/** Images in a bucket of S3 or of a server that speaks its protocol: `<prefix><user>/<hash>.jpg`. Needs the package @aws-sdk/client-s3. */
export class S3MediaStore implements MediaStore {
  readonly #options: S3MediaStoreOptions;
  #open: Promise<{ sdk: Sdk; client: S3Client }> | undefined;

  constructor(options: S3MediaStoreOptions) {
    this.#options = options;
  }

  async put(user: string, id: MediaId, bytes: Uint8Array): Promise<void> {
    const { sdk, client } = await this.#client();
    const place = { Bucket: this.#options.bucket, Key: this.#key(user, id) };
    await client.send(new sdk.PutObjectCommand({ ...place, Body: bytes, ContentLength: bytes.length, ContentType: mimeOf(id) }));
  }

  async get(user: string, id: MediaId): Promise<Uint8Array | undefined> {
    const { sdk, client } = await this.#client();
    try {
      const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: this.#options.bucket, Key: this.#key(user, id) }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof sdk.NoSuchKey) return undefined;
      throw error;
    }
  }

  async remove(user: string, ids: readonly MediaId[]): Promise<void> {
    const { sdk, client } = await this.#client();
    for (let i = 0; i < ids.length; i += BATCH) {
      const Objects = ids.slice(i, i + BATCH).map((id) => ({ Key: this.#key(user, id) }));
      const { Errors = [] } = await client.send(
        new sdk.DeleteObjectsCommand({ Bucket: this.#options.bucket, Delete: { Objects, Quiet: true } }),
      );
      if (Errors.length > 0) {
        throw new PersonaError({
          code: "MEDIA_DELETE",
          message: `${Errors.length} images could not be deleted: ${Errors[0]!.Code ?? ""} ${Errors[0]!.Message ?? ""}.`,
          fix: "Allow s3:DeleteObject to the credentials in use, and erase again.",
        });
      }
    }
  }

  async list(user: string): Promise<MediaId[]> {
    const { sdk, client } = await this.#client();
    const Prefix = this.#key(user, "");
    const ids: string[] = [];
    let next: string | undefined;
    do {
      const page = await client.send(
        new sdk.ListObjectsV2Command({ Bucket: this.#options.bucket, Prefix, ...(next !== undefined && { ContinuationToken: next }) }),
      );
      ids.push(...(page.Contents ?? []).map(({ Key = "" }) => Key.slice(Prefix.length)));
      next = page.NextContinuationToken;
    } while (next !== undefined);
    return ids.filter(isMediaId);
  }

  async drop(user: string): Promise<void> {
    await this.remove(user, await this.list(user));
  }

  #key(user: string, id: string): string {
    return `${this.#options.prefix ?? ""}${user}/${id}`;
  }

  #client(): Promise<{ sdk: Sdk; client: S3Client }> {
    this.#open ??= this.#connect();
    return this.#open;
  }

  async #connect(): Promise<{ sdk: Sdk; client: S3Client }> {
    const { client, endpoint, region = process.env["AWS_REGION"] || "us-east-1" } = this.#options;
    let sdk: Sdk;
    try {
      sdk = await import("@aws-sdk/client-s3");
    } catch (cause) {
      this.#open = undefined;
      throw new PersonaError({
        code: "PACKAGE_MISSING",
        message: "Images in S3 need the package @aws-sdk/client-s3, which is not installed.",
        fix: "npm install @aws-sdk/client-s3",
        cause,
      });
    }
    const own = endpoint ?? process.env["AWS_ENDPOINT_URL_S3"];
    // Servers other than AWS seldom know buckets as host names.
    return {
      sdk,
      client: (client as S3Client | undefined) ?? new sdk.S3Client({ region, ...(own && { endpoint: own, forcePathStyle: true }) }),
    };
  }
}
