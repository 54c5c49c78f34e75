-- CreateTable
CREATE TABLE "audit_event" (
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target_kind" TEXT NOT NULL,
    "target_id" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "source_address" TEXT,
    "canonical" TEXT NOT NULL,
    "prev_hash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "role" TEXT NOT NULL DEFAULT 'auditor',
    "site_ids" TEXT[],
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "token" TEXT NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "user_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limit" (
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "last_request" BIGINT NOT NULL,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "authority" (
    "id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'active',
    "parent_id" TEXT,
    "key_custody" TEXT NOT NULL,
    "key_algorithm" TEXT NOT NULL,
    "certificate_der" BYTEA NOT NULL,
    "certificate_sha256" BYTEA NOT NULL,
    "serial_number" BYTEA NOT NULL,
    "spki_sha256" BYTEA NOT NULL,
    "subject_key_identifier" BYTEA NOT NULL,
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "not_after" TIMESTAMPTZ(3) NOT NULL,
    "crl_validity_seconds" INTEGER NOT NULL,
    "crl_interval_seconds" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),
    "crl_requested_at" TIMESTAMPTZ(3),

    CONSTRAINT "authority_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "authority_key" (
    "authority_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "envelope" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "authority_key_pkey" PRIMARY KEY ("authority_id")
);

-- CreateTable
CREATE TABLE "crl" (
    "id" UUID NOT NULL,
    "authority_id" TEXT NOT NULL,
    "number" BIGINT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'building',
    "cause" TEXT NOT NULL,
    "this_update" TIMESTAMPTZ(3) NOT NULL,
    "next_update" TIMESTAMPTZ(3) NOT NULL,
    "entry_count" INTEGER,
    "der" BYTEA,
    "der_sha256" BYTEA,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "published_at" TIMESTAMPTZ(3),
    "failure" TEXT,

    CONSTRAINT "crl_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signing_log" (
    "id" BIGSERIAL NOT NULL,
    "authority_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "serial_number" BYTEA,
    "crl_number" BIGINT,
    "tbs_sha256" BYTEA NOT NULL,
    "signed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "signing_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "certificate" (
    "id" UUID NOT NULL,
    "authority_id" TEXT NOT NULL,
    "serial_number" BYTEA NOT NULL,
    "purpose" TEXT NOT NULL,
    "device_id" TEXT,
    "profile_slug" TEXT NOT NULL,
    "profile_version" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'precommit',
    "source" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "common_name" TEXT NOT NULL,
    "subject_alt_names" TEXT[],
    "key_algorithm" TEXT NOT NULL,
    "spki_sha256" BYTEA NOT NULL,
    "csr_der" BYTEA,
    "csr_sha256" BYTEA,
    "tbs_der" BYTEA NOT NULL,
    "tbs_sha256" BYTEA NOT NULL,
    "lint" JSONB NOT NULL DEFAULT '[]',
    "der" BYTEA,
    "der_sha256" BYTEA,
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "not_after" TIMESTAMPTZ(3) NOT NULL,
    "token_id" UUID,
    "authenticated_by_id" UUID,
    "precommit_at" TIMESTAMPTZ(3) NOT NULL,
    "issued_at" TIMESTAMPTZ(3),
    "first_seen_at" TIMESTAMPTZ(3),
    "last_seen_at" TIMESTAMPTZ(3),
    "last_seen_address" TEXT,
    "superseded_by_id" UUID,
    "superseded_at" TIMESTAMPTZ(3),
    "grace_ends_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "reason_code" INTEGER,
    "revoked_by" TEXT,
    "revocation_note" TEXT,
    "crl_number" BIGINT,

    CONSTRAINT "certificate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device" (
    "id" TEXT NOT NULL,
    "site_id" TEXT NOT NULL,
    "profile_slug" TEXT NOT NULL,
    "description" TEXT,
    "dns_names" TEXT[],
    "ip_addresses" TEXT[],
    "application_uri" TEXT,
    "hardware_serial" TEXT,
    "owner" TEXT,
    "tags" TEXT[],
    "state" TEXT NOT NULL DEFAULT 'active',
    "state_reason" TEXT,
    "state_changed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3),
    "last_seen_address" TEXT,
    "failed_attempts" INTEGER NOT NULL DEFAULT 0,
    "failing_since" TIMESTAMPTZ(3),
    "last_attempt_at" TIMESTAMPTZ(3),
    "last_failure_code" TEXT,

    CONSTRAINT "device_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device_key" (
    "spki_sha256" BYTEA NOT NULL,
    "device_id" TEXT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "device_key_pkey" PRIMARY KEY ("spki_sha256")
);

-- CreateTable
CREATE TABLE "blocked_key" (
    "spki_sha256" BYTEA NOT NULL,
    "reason" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "blocked_key_pkey" PRIMARY KEY ("spki_sha256")
);

-- CreateTable
CREATE TABLE "attempt" (
    "id" BIGSERIAL NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 1,
    "device_id" TEXT,
    "operation" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason_code" TEXT,
    "detail" TEXT,
    "source_address" TEXT,
    "presented" TEXT,
    "certificate_id" UUID,

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "enrollment_token" (
    "id" UUID NOT NULL,
    "device_id" TEXT NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "claimed_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "redeemed_at" TIMESTAMPTZ(3),
    "voided_at" TIMESTAMPTZ(3),

    CONSTRAINT "enrollment_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "installation" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "setup_state" TEXT NOT NULL DEFAULT 'unclaimed',
    "setup_code_hash" BYTEA,
    "setup_code_expires_at" TIMESTAMPTZ(3),
    "ceremony_id" UUID,
    "organization" TEXT,
    "host_name" TEXT NOT NULL DEFAULT 'localhost',
    "public_url" TEXT NOT NULL DEFAULT 'http://localhost:8080',
    "serial_prefix" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "installation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "process_status" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "beat_at" TIMESTAMPTZ(3) NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "process_status_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "job" (
    "name" TEXT NOT NULL,
    "schedule" TEXT NOT NULL,
    "lease_owner" TEXT,
    "leased_until" TIMESTAMPTZ(3),
    "fencing_token" BIGINT NOT NULL DEFAULT 0,
    "last_started_at" TIMESTAMPTZ(3),
    "last_finished_at" TIMESTAMPTZ(3),
    "last_outcome" TEXT,
    "last_detail" TEXT,
    "next_run_at" TIMESTAMPTZ(3),

    CONSTRAINT "job_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "notice" (
    "certificate_id" UUID NOT NULL,
    "stage" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "group_id" UUID,

    CONSTRAINT "notice_pkey" PRIMARY KEY ("certificate_id","stage")
);

-- CreateTable
CREATE TABLE "notification" (
    "id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "stage" TEXT,
    "site_id" TEXT,
    "recipient" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text_body" TEXT NOT NULL,
    "html_body" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "tries" INTEGER NOT NULL DEFAULT 0,
    "next_try_at" TIMESTAMPTZ(3),
    "last_response" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "notification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "profile" (
    "slug" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "config" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,

    CONSTRAINT "profile_pkey" PRIMARY KEY ("slug","version")
);

-- CreateTable
CREATE TABLE "site" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "contacts" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "site_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "audit_event_at_idx" ON "audit_event"("at");

-- CreateIndex
CREATE INDEX "audit_event_target_kind_target_id_idx" ON "audit_event"("target_kind", "target_id");

-- CreateIndex
CREATE INDEX "audit_event_actor_id_idx" ON "audit_event"("actor_id");

-- CreateIndex
CREATE INDEX "audit_event_action_idx" ON "audit_event"("action");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "session"("token");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "account_user_id_idx" ON "account"("user_id");

-- CreateIndex
CREATE INDEX "verification_identifier_idx" ON "verification"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "rate_limit_key_key" ON "rate_limit"("key");

-- CreateIndex
CREATE UNIQUE INDEX "authority_certificate_sha256_key" ON "authority"("certificate_sha256");

-- CreateIndex
CREATE UNIQUE INDEX "crl_authority_id_number_key" ON "crl"("authority_id", "number");

-- CreateIndex
CREATE INDEX "signing_log_signed_at_idx" ON "signing_log" USING BRIN ("signed_at");

-- CreateIndex
CREATE UNIQUE INDEX "signing_log_authority_id_serial_number_key" ON "signing_log"("authority_id", "serial_number");

-- CreateIndex
CREATE UNIQUE INDEX "signing_log_authority_id_crl_number_key" ON "signing_log"("authority_id", "crl_number");

-- CreateIndex
CREATE UNIQUE INDEX "certificate_der_sha256_key" ON "certificate"("der_sha256");

-- CreateIndex
CREATE INDEX "certificate_serial_number_idx" ON "certificate"("serial_number");

-- CreateIndex
CREATE INDEX "certificate_device_id_precommit_at_idx" ON "certificate"("device_id", "precommit_at" DESC);

-- CreateIndex
CREATE INDEX "certificate_csr_sha256_idx" ON "certificate"("csr_sha256");

-- CreateIndex
CREATE INDEX "certificate_spki_sha256_idx" ON "certificate"("spki_sha256");

-- CreateIndex
CREATE INDEX "certificate_not_after_idx" ON "certificate"("not_after");

-- CreateIndex
CREATE UNIQUE INDEX "certificate_authority_id_serial_number_key" ON "certificate"("authority_id", "serial_number");

-- CreateIndex
CREATE INDEX "device_site_id_idx" ON "device"("site_id");

-- CreateIndex
CREATE INDEX "device_key_device_id_idx" ON "device_key"("device_id");

-- CreateIndex
CREATE INDEX "attempt_device_id_last_at_idx" ON "attempt"("device_id", "last_at" DESC);

-- CreateIndex
CREATE INDEX "attempt_last_at_idx" ON "attempt"("last_at");

-- CreateIndex
CREATE UNIQUE INDEX "enrollment_token_token_hash_key" ON "enrollment_token"("token_hash");

-- CreateIndex
CREATE INDEX "enrollment_token_device_id_idx" ON "enrollment_token"("device_id");

-- CreateIndex
CREATE INDEX "enrollment_token_claimed_by_idx" ON "enrollment_token"("claimed_by");

-- CreateIndex
CREATE INDEX "notice_group_id_idx" ON "notice"("group_id");

-- CreateIndex
CREATE UNIQUE INDEX "notification_message_id_key" ON "notification"("message_id");

-- CreateIndex
CREATE INDEX "notification_state_next_try_at_idx" ON "notification"("state", "next_try_at");

-- CreateIndex
CREATE INDEX "notification_created_at_idx" ON "notification"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "notification_group_id_recipient_key" ON "notification"("group_id", "recipient");

-- CreateIndex
CREATE UNIQUE INDEX "site_name_key" ON "site"("name");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "authority" ADD CONSTRAINT "authority_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "authority"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "crl" ADD CONSTRAINT "crl_authority_id_fkey" FOREIGN KEY ("authority_id") REFERENCES "authority"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "certificate" ADD CONSTRAINT "certificate_authority_id_fkey" FOREIGN KEY ("authority_id") REFERENCES "authority"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "certificate" ADD CONSTRAINT "certificate_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device" ADD CONSTRAINT "device_site_id_fkey" FOREIGN KEY ("site_id") REFERENCES "site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "enrollment_token" ADD CONSTRAINT "enrollment_token_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice" ADD CONSTRAINT "notice_certificate_id_fkey" FOREIGN KEY ("certificate_id") REFERENCES "certificate"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma cannot say ------------------------------------------------------------------------------------------

ALTER TABLE installation ADD CONSTRAINT installation_single CHECK (id = 1),
  ADD CONSTRAINT installation_prefix CHECK (serial_prefix BETWEEN 1 AND 127),
  ADD CONSTRAINT installation_state CHECK (setup_state IN ('unclaimed', 'ceremony', 'complete'));
ALTER TABLE device ADD CONSTRAINT device_state CHECK (state IN ('active', 'quarantined', 'retired'));
ALTER TABLE enrollment_token ADD CONSTRAINT token_state CHECK (state IN ('open', 'claimed', 'redeemed', 'voided')),
  ADD CONSTRAINT token_claim CHECK ((state IN ('claimed', 'redeemed')) = (claimed_by IS NOT NULL));
ALTER TABLE authority ADD CONSTRAINT authority_role CHECK (role IN ('root', 'issuing')),
  ADD CONSTRAINT authority_state CHECK (state IN ('active', 'retired', 'revoked'));
ALTER TABLE crl ADD CONSTRAINT crl_state CHECK (state IN ('building', 'published', 'failed')),
  ADD CONSTRAINT crl_published CHECK ((state = 'published') = (published_at IS NOT NULL AND der IS NOT NULL));
ALTER TABLE certificate
  ADD CONSTRAINT certificate_state_known CHECK (state IN ('precommit', 'issued', 'revoked', 'orphaned')),
  -- security.md I03: positive, at most 20 octets, at least 9, top bit clear
  ADD CONSTRAINT certificate_serial CHECK (octet_length(serial_number) BETWEEN 9 AND 20 AND get_byte(serial_number, 0) < 128),
  -- security.md I16
  ADD CONSTRAINT certificate_times CHECK (CASE state
    WHEN 'precommit' THEN der IS NULL AND issued_at IS NULL AND revoked_at IS NULL
    WHEN 'issued' THEN der IS NOT NULL AND issued_at IS NOT NULL AND revoked_at IS NULL
    WHEN 'revoked' THEN der IS NOT NULL AND issued_at IS NOT NULL AND revoked_at IS NOT NULL
    ELSE revoked_at IS NOT NULL END),
  ADD CONSTRAINT certificate_digest CHECK (der IS NULL OR der_sha256 = sha256(der));

CREATE INDEX certificate_revoked ON certificate (authority_id, revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX certificate_unlisted ON certificate (authority_id) WHERE revoked_at IS NOT NULL AND crl_number IS NULL;
CREATE INDEX certificate_precommit ON certificate (precommit_at) WHERE state = 'precommit';
CREATE INDEX certificate_ending ON certificate (not_after, id) WHERE state = 'issued' AND purpose = 'device';
CREATE INDEX certificate_grace ON certificate (grace_ends_at) WHERE state = 'issued' AND grace_ends_at IS NOT NULL;

-- Records that only grow -------------------------------------------------------------------------------------------

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_event_keep BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER signing_log_append_only BEFORE UPDATE OR DELETE ON signing_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER profile_append_only BEFORE UPDATE OR DELETE ON profile FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- precommit -> issued | orphaned, issued -> revoked; what was reserved, signed or revoked never changes again.
CREATE FUNCTION guard_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a certificate record is never deleted' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('precommit', 'issued'), ('precommit', 'orphaned'), ('issued', 'revoked')) THEN
    RAISE EXCEPTION 'certificate state % cannot become %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.id, NEW.authority_id, NEW.serial_number, NEW.device_id, NEW.tbs_der, NEW.spki_sha256, NEW.not_before, NEW.not_after)
     IS DISTINCT FROM
     (OLD.id, OLD.authority_id, OLD.serial_number, OLD.device_id, OLD.tbs_der, OLD.spki_sha256, OLD.not_before, OLD.not_after)
     OR (OLD.der IS NOT NULL AND NEW.der IS DISTINCT FROM OLD.der)
     OR (OLD.revoked_at IS NOT NULL AND (NEW.revoked_at, NEW.reason_code) IS DISTINCT FROM (OLD.revoked_at, OLD.reason_code))
     OR (OLD.crl_number IS NOT NULL AND NEW.crl_number IS DISTINCT FROM OLD.crl_number) THEN
    RAISE EXCEPTION 'what was reserved, signed or revoked cannot be changed' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER certificate_guard BEFORE UPDATE OR DELETE ON certificate FOR EACH ROW EXECUTE FUNCTION guard_certificate();

-- cRLNumber only rises; a published list is never changed.
CREATE FUNCTION guard_crl() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT FROM crl WHERE authority_id = NEW.authority_id AND number >= NEW.number) THEN
      RAISE EXCEPTION 'cRLNumber % of % would not rise', NEW.number, NEW.authority_id USING ERRCODE = 'check_violation';
    END IF;
  ELSIF OLD.state <> 'building' OR (NEW.authority_id, NEW.number) IS DISTINCT FROM (OLD.authority_id, OLD.number) THEN
    RAISE EXCEPTION 'a finished CRL cannot be changed' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER crl_guard BEFORE INSERT OR UPDATE ON crl FOR EACH ROW EXECUTE FUNCTION guard_crl();

-- What set-up has fixed stays: it is printed into certificates, and a console that was taken over must not set up again.
CREATE FUNCTION guard_installation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (OLD.setup_state = 'complete' AND
     (NEW.setup_state, NEW.ceremony_id, NEW.organization, NEW.host_name, NEW.public_url, NEW.serial_prefix) IS DISTINCT FROM
     (OLD.setup_state, OLD.ceremony_id, OLD.organization, OLD.host_name, OLD.public_url, OLD.serial_prefix)) THEN
    RAISE EXCEPTION 'set-up is complete' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER installation_guard BEFORE UPDATE OR DELETE ON installation FOR EACH ROW EXECUTE FUNCTION guard_installation();

-- The audit log: one chain, one door -------------------------------------------------------------------------------

-- Appends one row inside the caller's transaction. The lock is held to the end of that transaction, so call it last.
-- hash = SHA-256(prev_hash || UTF-8(canonical)); the first row's prev_hash is 32 zero octets.
CREATE FUNCTION audit_append(
  actor_kind text, actor_id text, action text, target_kind text, target_id text,
  outcome text, detail jsonb, source_address text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  head record;
  next_seq bigint;
  moment timestamptz;
  text_form text;
BEGIN
  PERFORM pg_advisory_xact_lock(7030, 5280);
  SELECT a.seq, a.hash INTO head FROM public.audit_event a ORDER BY a.seq DESC LIMIT 1;
  next_seq := coalesce(head.seq, 0) + 1;
  moment := date_trunc('milliseconds', clock_timestamp());
  text_form := jsonb_build_object(
    'seq', next_seq, 'at', to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'actorKind', actor_kind, 'actorId', actor_id, 'action', action, 'targetKind', target_kind, 'targetId', target_id,
    'outcome', outcome, 'detail', coalesce(detail, '{}'::jsonb), 'sourceAddress', source_address)::text;
  INSERT INTO public.audit_event
    (seq, at, actor_kind, actor_id, action, target_kind, target_id, outcome, detail, source_address, canonical, prev_hash, hash)
  VALUES (next_seq, moment, actor_kind, actor_id, action, target_kind, target_id, outcome, coalesce(detail, '{}'::jsonb),
    source_address, text_form, coalesce(head.hash, decode(repeat('00', 32), 'hex')),
    sha256(coalesce(head.hash, decode(repeat('00', 32), 'hex')) || convert_to(text_form, 'UTF8')));
  RETURN next_seq;
END $$;
REVOKE ALL ON FUNCTION audit_append(text, text, text, text, text, text, jsonb, text) FROM PUBLIC;

-- States ------------------------------------------------------------------------------------------------------------

-- The same rule as decideCertificateState in @fieldseal/core (a test compares the two).
CREATE FUNCTION certificate_state(
  revoked_at timestamptz, has_successor_in_use boolean, not_before timestamptz, not_after timestamptz,
  failed_attempts integer, failing_since timestamptz, at timestamptz
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN revoked_at IS NOT NULL THEN 'revoked'
    WHEN has_successor_in_use THEN 'superseded'
    WHEN at < not_before THEN 'not-yet-valid'
    WHEN at >= not_after THEN 'expired'
    WHEN at > not_after - least(interval '168 hours', (not_after - not_before) / 12) THEN 'expiring'
    WHEN coalesce(failed_attempts, 0) >= 3 OR at - failing_since > interval '24 hours' THEN 'renewal-failing'
    WHEN at >= not_after - (not_after - not_before) / 4 AND coalesce(failed_attempts, 0) = 0 THEN 'renewal-overdue'
    WHEN at >= not_after - (not_after - not_before) / 3 THEN 'in-renewal-window'
    ELSE 'valid' END
$$;

CREATE VIEW certificate_status AS
SELECT c.id, c.device_id,
  certificate_state(c.revoked_at, s.first_seen_at IS NOT NULL, c.not_before, c.not_after, d.failed_attempts, d.failing_since, now()) AS state,
  c.not_after - (c.not_after - c.not_before) / 3 AS window_opens_at,
  c.not_after - (c.not_after - c.not_before) / 4 AS overdue_at,
  c.not_after - least(interval '168 hours', (c.not_after - c.not_before) / 12) AS expiring_at
FROM certificate c
LEFT JOIN certificate s ON s.id = c.superseded_by_id
LEFT JOIN device d ON d.id = c.device_id
WHERE c.state IN ('issued', 'revoked');

-- The current certificate of a device: live before revoked, seen before unseen, newest first.
CREATE VIEW device_status AS
SELECT d.id AS device_id, cur.id AS certificate_id, cur.state AS certificate_state, cur.not_after AS expires_at,
  CASE
    WHEN d.state = 'retired' THEN 9
    WHEN d.state = 'quarantined' THEN 8
    WHEN cur.id IS NULL THEN 5
    ELSE CASE cur.state
      WHEN 'expired' THEN 0 WHEN 'expiring' THEN 1 WHEN 'renewal-failing' THEN 2 WHEN 'renewal-overdue' THEN 3
      WHEN 'in-renewal-window' THEN 4 WHEN 'valid' THEN 6 ELSE 7 END
  END AS attention
FROM device d
LEFT JOIN LATERAL (
  SELECT c.id, st.state, c.not_after FROM certificate c JOIN certificate_status st ON st.id = c.id
  WHERE c.device_id = d.id
  ORDER BY c.revoked_at IS NULL DESC, c.first_seen_at IS NOT NULL DESC, c.issued_at DESC
  LIMIT 1
) cur ON true;
